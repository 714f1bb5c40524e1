package api_test

import "testing"

const draftDoc = `mutation{productCreate(input:{idempotencyKey:"p",slug:"herbs",kind:GOODS,status:DRAFT,name:{ru:"Чай",en:"Tea"},description:{ru:"Травы"},
	attributes:[{name:{ru:"Вес",en:"Weight"},value:{ru:"50 г",en:"50 g"}}],whatToExpect:{howToPrepare:{en:"Bring a cup"},documents:[{ru:"Паспорт"}]},
	variants:[{sku:"HERB-S",name:{ru:"Малый",en:"Small"},price:"3.00",stock:2},{sku:"HERB-L",price:"9.00"}]}){product{id} userErrors{code}}}`

const textsDoc = `{product(slug:"herbs"){texts{name{ru en} description{ru en} attributes{name{ru} value{en}} howToPrepare{en} documents{ru}}
	variants{sku active texts{name{ru en}}} retiredVariants{sku active}}
	business{settings{name{ru} country holdDays}} categories{texts{name{ru en}}}}`

func TestTexts_StaffReadWhatTheyWroteInBothLanguagesAndNobodyElse(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	head := s.as(t, manager)
	id := head.ask(t, draftDoc).want("productCreate.userErrors", "[]").at("productCreate.product.id")
	head.ask(t, `{desk{product(slug:"herbs"){status} none:product(slug:"coffee"){id}}}`).want("desk.product.status", "DRAFT", "desk.none", "null")
	head.ask(t, `mutation($id:ID!){productUpdate(input:{productId:$id,status:ACTIVE}){userErrors{code}}}`, "id", id)
	head.ask(t, `mutation($id:ID!){variantUpsert(input:{productId:$id,sku:"HERB-L",price:"9.00",active:false}){userErrors{code}}}`, "id", id).
		want("variantUpsert.userErrors", "[]")

	s.as(t, operator).ask(t, textsDoc).want("product.texts.name.ru", "Чай", "product.texts.name.en", "Tea", "product.texts.description.ru", "Травы",
		"product.texts.description.en", "", "product.texts.attributes.0.name.ru", "Вес", "product.texts.attributes.0.value.en", "50 g",
		"product.texts.howToPrepare.en", "Bring a cup", "product.texts.documents.0.ru", "Паспорт",
		"product.variants", `[{"active":true,"sku":"HERB-S","texts":{"name":{"en":"Small","ru":"Малый"}}}]`,
		"product.retiredVariants", `[{"active":false,"sku":"HERB-L"}]`, "business.settings.holdDays", "3")
	for _, other := range []string{anna, nobody} {
		s.as(t, other).ask(t, textsDoc).want("product.texts", "null", "product.variants.0.texts", "null", "product.retiredVariants", "[]",
			"business.settings", "null", "categories.0.texts", "null")
	}
}

func TestTexts_OfPicturesAreForStaff(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	head := s.as(t, manager)
	uploaded, err := head.upload(t, "k", photo(t, 40, 30, 90))
	must(t, err)
	const doc = `{product(slug:"honey"){id pictures{texts{alt{ru en}}}}}`
	head.ask(t, `mutation($p:ID!,$i:ID!){productUpdate(input:{productId:$p,pictures:[{id:$i,alt:{ru:"Банка",en:"A jar"}}]}){userErrors{code}}}`,
		"p", head.ask(t, doc).at("product.id"), "i", uploaded.at("pictureUpload.picture.id")).want("productUpdate.userErrors", "[]")
	s.as(t, operator).ask(t, doc).want("product.pictures.0.texts.alt.ru", "Банка", "product.pictures.0.texts.alt.en", "A jar")
	s.as(t, anna).ask(t, doc).want("product.pictures.0.texts", "null")
}

func TestTexts_OfAClubAreForStaff(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	s.as(t, manager).ask(t, `mutation{clubCreate(input:{idempotencyKey:"c",slug:"walks",name:{ru:"Прогулки",en:"Walks"},description:{en:"On foot"},entry:OPEN,
		position:4}){userErrors{code}}}`).want("clubCreate.userErrors", "[]")
	const doc = `{club(slug:"walks"){position texts{name{ru en} description{ru en}}}}`
	s.as(t, operator).ask(t, doc).want("club.position", "4", "club.texts.name.ru", "Прогулки", "club.texts.name.en", "Walks", "club.texts.description.ru", "",
		"club.texts.description.en", "On foot")
	s.as(t, anna).ask(t, doc).want("club.texts", "null")
}

func TestClubRulesPreview_ReadsAsTheClubWill(t *testing.T) {
	t.Parallel()
	s := newWorld(t).serve(t)
	const doc = `query($e:ClubEntry!,$s:ClubSpendInput){desk{clubRulesPreview(input:{entry:$e,spend:$s,privileges:{prices:[{percent:"5"}],pointsPercent:150}})
		{rules userErrors{code field}}}}`
	head := s.as(t, manager).with("Accept-Language", "en")
	head.ask(t, doc, "e", "OPEN").want("desk.clubRulesPreview.rules",
		`["Everybody may join.","5% off everything.","Points for an order: ×1.5."]`, "desk.clubRulesPreview.userErrors", "[]")
	head.ask(t, doc, "e", "BY_SPEND", "s", map[string]any{"amount": "0.00"}).want("desk.clubRulesPreview.rules", "[]",
		"desk.clubRulesPreview.userErrors", `[{"code":"TOO_SMALL","field":["spend","amount"]}]`)
}
