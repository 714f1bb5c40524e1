package domain

import "time"

// DeletionGrace is how long a customer who asked to be erased can come back by signing in.
const DeletionGrace = 14 * 24 * time.Hour

// MaxOpenOrdersNamed bounds how many orders a refused deletion names.
const MaxOpenOrdersNamed = 20

// CustomerDelete asks to erase the viewer, with the code that was sent to their own address of the channel.
type CustomerDelete struct {
	Channel SignInChannel
	Code    string
}

// CheckDelete decides whether a customer may go: not while orders are open, since somebody works on them and money or points are bound.
func CheckDelete(openOrders []string) error {
	if len(openOrders) == 0 {
		return nil
	}
	return Refuse(Refusal{Code: CodeOpenOrders, Numbers: openOrders})
}

// goneName is what others see in place of the name of an erased customer.
var goneName = Text{RU: "Удалённый участник", EN: "Deleted member"}
