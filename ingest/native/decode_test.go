package native

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

func parsed(t *testing.T, in string) map[string]any {
	t.Helper()
	doc, err := Parse([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func ptr[T any](v T) *T { return &v }

func day(t *testing.T, s string) *time.Time {
	t.Helper()
	d, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

func TestOpeningWhole(t *testing.T) {
	got, err := DecodeOpening(parsed(t, `{"id":"o/1","title":"Clerk","employer":"Acme","text":"Do","skills":[
		{"skill":"http://x/1","name":"Bookkeeping","need":"essential","must":true,"weight":2.5,"level":3},{"name":" SQL ","need":"trainable"},"Excel"],
		"degree":"or-experience","place":{"name":"Lyon","country":"FR","lat":45.7,"lon":4.8},"mode":"hybrid","contract":"permanent","shift":"days",
		"pay":{"min":20,"max":30.5,"currency":"EUR","per":"hour"},"bar":0.4,"validFrom":"2027-01-02","validThrough":"2027-03-01"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := hiring.Opening{
		ID: "o/1", Title: "Clerk", Employer: "Acme", Text: "Do", Degree: hiring.DegreeOrExperience,
		Skills: []hiring.Requirement{
			{SkillRef: hiring.SkillRef{Skill: "http://x/1", Said: "Bookkeeping"}, Need: hiring.Essential, Must: true, Weight: ptr(2.5), Level: 3},
			{SkillRef: hiring.SkillRef{Said: "SQL"}, Need: hiring.Trainable},
			{SkillRef: hiring.SkillRef{Said: "Excel"}, Need: hiring.Essential},
		},
		Place: &hiring.Place{Name: "Lyon", Country: "FR", Lat: ptr(45.7), Lon: ptr(4.8)}, Mode: hiring.Hybrid, Contract: "permanent", Shift: "days",
		Pay: &hiring.Pay{Min: 20, Max: ptr(30.5), Currency: "EUR", Per: "hour"}, Bar: 0.4,
		ValidFrom: day(t, "2027-01-02T00:00:00Z"), ValidThrough: day(t, "2027-03-01T23:59:59Z"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLearnerWholeAndLiberal(t *testing.T) {
	full, err := DecodeLearner(parsed(t, `{"id":"l1","name":"Ana","contact":{"email":"a@b.c","phone":"+1"},"text":"cv","skills":[{"name":"SQL","level":4,"from":"work"}],
		"credentials":[{"programme":"p1","date":"2026-05-01"},{"name":"B","issuer":"I","expires":"2027-05-01"}],"place":"Lyon","modes":["remote"],
		"availability":["mornings","weekends"],"payFloor":{"min":2000,"currency":"EUR","per":"month"},"workIn":"FR","languages":["fr","en"],"visible":false}`))
	if err != nil {
		t.Fatal(err)
	}
	want := Learner{
		Learner: hiring.Learner{
			ID: "l1", Skills: []hiring.HeldSkill{{SkillRef: hiring.SkillRef{Said: "SQL"}, Level: 4, From: "work"}},
			Claims: []hiring.Claim{{Programme: "p1", Date: day(t, "2026-05-01T00:00:00Z")}, {Name: "B", Issuer: "I", Expires: day(t, "2027-05-01T23:59:59Z")}},
			Place:  &hiring.Place{Name: "Lyon"}, Modes: []hiring.Mode{hiring.Remote}, Availability: "mornings, weekends",
			PayFloor: &hiring.Pay{Min: 2000, Currency: "EUR", Per: "month"}, WorkIn: []string{"FR"}, Languages: []string{"fr", "en"},
		},
		Personal: hiring.Personal{Name: "Ana", Contact: hiring.Contact{Email: "a@b.c", Phone: "+1"}, Text: "cv"},
		Visible:  ptr(false),
	}
	if diff := cmp.Diff(want, full); diff != "" {
		t.Error(diff)
	}
	bare, err := DecodeLearner(parsed(t, `{"id":"l2","contact":"+49 30","payFloor":18,"credentials":["Cert"],"languages":"de","place":null,"visible":null}`))
	if err != nil {
		t.Fatal(err)
	}
	want = Learner{
		Learner:  hiring.Learner{ID: "l2", Claims: []hiring.Claim{{Name: "Cert"}}, PayFloor: &hiring.Pay{Min: 18, Currency: "USD", Per: "hour"}, Languages: []string{"de"}},
		Personal: hiring.Personal{Contact: hiring.Contact{Phone: "+49 30"}},
	}
	if diff := cmp.Diff(want, bare); diff != "" {
		t.Error(diff)
	}
}

func TestProgrammeLiberal(t *testing.T) {
	got, err := DecodeProgramme(parsed(t, `{"id":"p","name":"N","provider":"P","skills":["SQL"],"price":"$49","months":6,"hours":120.5,"credit":12,
		"stacksInto":"BSc","starts":"2027-02-01","enrolBy":"2027-01-15","language":"en","url":"https://x.example/p"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := hiring.Programme{
		ID: "p", Name: "N", Provider: "P", Skills: []hiring.TaughtSkill{{SkillRef: hiring.SkillRef{Said: "SQL"}}},
		Price: &hiring.Money{Amount: 49, Currency: "USD"}, Months: 6, Hours: 120.5, Credit: "12", StacksInto: []string{"BSc"},
		Starts: []time.Time{*day(t, "2027-02-01T00:00:00Z")}, EnrolBy: day(t, "2027-01-15T23:59:59Z"), Language: "en", URL: "https://x.example/p",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRefusalsNameTheField(t *testing.T) {
	opening := func(m map[string]any) error { _, err := DecodeOpening(m); return err }
	learner := func(m map[string]any) error { _, err := DecodeLearner(m); return err }
	programme := func(m map[string]any) error { _, err := DecodeProgramme(m); return err }
	completion := func(m map[string]any) error { _, err := DecodeCompletion(m); return err }
	for _, c := range []struct {
		decode   func(map[string]any) error
		in, want string
	}{
		{opening, `{"id":"o","role":"SECRET"}`, "role is not a field of an opening"},
		{opening, `{"id":"o","Title":"SECRET"}`, "Title is not a field of an opening"},
		{opening, `{"title":"SECRET"}`, "id is missing"},
		{opening, `{"id":"a*SECRET"}`, "id is not an id"},
		{opening, `{"id":"a>SECRET"}`, "id is not an id"},
		{opening, `{"id":"a SECRET"}`, "id is not an id"},
		{opening, `{"id":"a\u0000SECRET"}`, "id is not an id"},
		{opening, `{"id":7}`, "id is not a text"},
		{opening, `{"id":"o","title":["SECRET"]}`, "title is not a text"},
		{opening, `{"id":"o","skills":"SECRET"}`, "skills is not a list"},
		{opening, `{"id":"o","skills":["a","b","c",{"name":"d","weight":"SECRET"}]}`, "skills[3].weight is not a number"},
		{opening, `{"id":"o","skills":[{"name":"d","weight":11}]}`, "skills[0].weight is outside 0 to 10"},
		{opening, `{"id":"o","skills":[{"name":"d","need":"SECRET"}]}`, "skills[0].need is not one of"},
		{opening, `{"id":"o","skills":[{"name":"d","level":2.5}]}`, "skills[0].level is not a whole number"},
		{opening, `{"id":"o","skills":[{"name":"d","must":"SECRET"}]}`, "skills[0].must is not true or false"},
		{opening, `{"id":"o","skills":[{"name":"d","from":"work"}]}`, "skills[0].from is not a field of a skill"},
		{opening, `{"id":"o","skills":[{}]}`, "skills[0].skill is missing"},
		{opening, `{"id":"o","skills":[7]}`, "skills[0] is not an object"},
		{opening, `{"id":"o","pay":{"currency":"EUR","per":"hour"}}`, "pay.min is missing"},
		{opening, `{"id":"o","pay":{"min":1e999}}`, "pay.min is not a number"},
		{opening, `{"id":"o","place":{"name":"x","zip":1}}`, "place.zip is not a field of a place"},
		{opening, `{"id":"o","validThrough":"2027-02-30"}`, "validThrough is not a date"},
		{opening, `{"id":"o","validThrough":"SECRET"}`, "validThrough is not a date"},
		{opening, `{"id":"o","validFrom":20270301}`, "validFrom is not a date"},
		{opening, `{"id":"o","":1}`, "holds a field without a name"},
		{learner, `{"id":"l","verified":true}`, "verified is not a field of a learner"},
		{learner, `{"id":"l","registeredBy":{}}`, "registeredBy is not a field of a learner"},
		{learner, `{"id":"l","visible":"SECRET"}`, "visible is not true or false"},
		{learner, `{"id":"l","contact":{"mail":"SECRET"}}`, "contact.mail is not a field of a contact"},
		{learner, `{"id":"l","credentials":[{"programme":"a b"}]}`, "credentials[0].programme is not an id"},
		{learner, `{"id":"l","credentials":[{"name":"x","proof":"verified"}]}`, "credentials[0].proof is not a field"},
		{learner, `{"id":"l","languages":[1]}`, "languages[0] is not a text"},
		{learner, `{"id":"l","skills":[{"name":"x","from":"SECRET"}]}`, "skills[0].from is not one of self, work"},
		{learner, `{"id":"l","name":"a\u0001SECRET"}`, "name holds a control character"},
		{programme, `{"id":"p","price":"SECRET"}`, "price is not an amount of money"},
		{programme, `{"id":"p","price":{"currency":"USD"}}`, "price.amount is missing"},
		{programme, `{"id":"p","starts":["2027-01-01","SECRET"]}`, "starts[1] is not a date"},
		{completion, `{"learner":"l"}`, "programme is missing"},
		{completion, `{"learner":"l","programme":"p","grade":"SECRET"}`, "grade is not a field of a completion"},
	} {
		t.Run(c.want, func(t *testing.T) { refused(t, c.decode(parsed(t, c.in)), c.want) })
	}
}

func TestSkillStuffingIsRefused51(t *testing.T) {
	list := make([]any, 500)
	for i := range list {
		list[i] = "same"
	}
	_, err := DecodeLearner(map[string]any{"id": "l", "skills": list})
	refused(t, err, "skills holds 500 skills")
}

func TestMoney(t *testing.T) {
	for in, want := range map[string]hiring.Money{
		"$49": {Amount: 49, Currency: "USD"}, "$1,200": {Amount: 1200, Currency: "USD"}, "US$ 1,200.50": {Amount: 1200.5, Currency: "USD"},
		"49 EUR": {Amount: 49, Currency: "EUR"}, "€1.200": {Amount: 1200, Currency: "EUR"}, "1.200,50 €": {Amount: 1200.5, Currency: "EUR"},
		"12.5": {Amount: 12.5}, "chf 1'000": {Amount: 1000, Currency: "CHF"}, "Free": {}, "1 000": {Amount: 1000},
	} {
		if got, ok := ParseMoney(in); !ok || got != want {
			t.Errorf("%q: got %v %v, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "-5", "$", "$5 EUR", "about 5", "5-10", "EURO 5"} {
		if got, ok := ParseMoney(in); ok {
			t.Errorf("%q was read as %v", in, got)
		}
	}
}
