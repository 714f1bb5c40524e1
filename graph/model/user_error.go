package model

import "kabinet/domain"

// UserErrors tells refusals to a client, in words of the language. It is never nil.
func UserErrors(refused domain.Refused, l domain.Locale) []UserError {
	told := make([]UserError, len(refused))
	for i, r := range refused {
		told[i] = userError(r, r.Message(l))
	}
	return told
}

func userError(r domain.Refusal, message string) UserError {
	switch r.Code {
	case domain.CodeOutOfStock:
		return OutOfStockError{Code: r.Code, Message: message, Field: r.Field,
			VariantID: domain.GID{Kind: "ProductVariant", N: r.VariantID}, Available: r.Available}
	case domain.CodeInsufficientPoints:
		return InsufficientPointsError{Code: r.Code, Message: message, Field: r.Field, Available: r.Available}
	case domain.CodePointsLimit:
		return PointsLimitError{Code: r.Code, Message: message, Field: r.Field, Limit: r.Limit}
	case domain.CodeActionNotAllowed:
		actions := r.Actions
		if actions == nil {
			actions = []domain.OrderAction{}
		}
		return ActionNotAllowedError{Code: r.Code, Message: message, Field: r.Field, Status: r.Status, AvailableActions: actions}
	case domain.CodePriceChanged:
		return PriceChangedError{Code: r.Code, Message: message, Field: r.Field, Current: *r.Current}
	case domain.CodeClubSpendTooLow:
		return ClubSpendError{Code: r.Code, Message: message, Field: r.Field, More: *r.Current, By: r.RetryAt}
	case domain.CodeCodeWrong, domain.CodeCodeExpired, domain.CodeTooManyTries:
		return SignInCodeError{Code: r.Code, Message: message, Field: r.Field, TriesLeft: r.TriesLeft, RetryAt: r.RetryAt}
	case domain.CodeOpenOrders:
		return OpenOrdersError{Code: r.Code, Message: message, Field: r.Field, Numbers: r.Numbers}
	case domain.CodeFamilyRefused:
		refused := FamilyRefusedError{Code: r.Code, Message: message, Field: r.Field, Reason: domain.FamilyRefusal(r.Rule)}
		if refused.Reason == domain.FamilyDailyLimit {
			refused.AvailableToday = &r.Available
		}
		return refused
	case domain.CodeReferralRefused:
		return ReferralRefusedError{Code: r.Code, Message: message, Field: r.Field, Reason: domain.ReferralRefusal(r.Rule)}
	}
	return InvalidInputError{Code: r.Code, Message: message, Field: r.Field}
}
