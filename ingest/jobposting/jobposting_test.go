package jobposting

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

// node reads JSON as native.Parse does.
func node(t testing.TB, in string) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(in))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

const whole = `{"@context":"https://schema.org/","@type":"JobPosting","title":"Records &amp; Data Clerk",
 "description":"<p>Keep <b>records</b>.</p><script>alert(1)</script><ul><li>SQL</li><li>Tact</li></ul><style>p{}</style>",
 "responsibilities":"Answer calls","hiringOrganization":{"@type":"Organization","name":"Magoosh Clinic","sameAs":"https://m.example"},
 "identifier":{"@type":"PropertyValue","name":"Magoosh","value":"1234567"},
 "datePosted":"2027-01-18","validThrough":"2027-03-18T00:00","employmentType":["FULL_TIME","CONTRACTOR"],"workHours":"early shift",
 "jobLocation":[{"@type":"Place","address":{"@type":"PostalAddress","streetAddress":"1 Main","addressLocality":"Detroit","addressRegion":"MI","addressCountry":{"@type":"Country","name":"US"}},
   "geo":{"@type":"GeoCoordinates","latitude":"42.33","longitude":-83.05}},{"@type":"Place","name":"Other"}],
 "baseSalary":{"@type":"MonetaryAmount","currency":"usd","value":{"@type":"QuantitativeValue","minValue":40,"maxValue":"50.5","unitText":"HOUR"}},
 "skills":[{"@type":"DefinedTerm","name":"SQL","termCode":"http://data.europa.eu/esco/skill/1","inDefinedTermSet":"http://data.europa.eu/esco"},"Tact",{"@type":"DefinedTerm","termCode":"K0016","description":"Programming principles"}],
 "educationRequirements":{"@type":"EducationalOccupationalCredential","credentialCategory":"bachelor degree"},"experienceInPlaceOfEducation":true,
 "directApply":true,"industry":"Health"}`

func TestWholePosting(t *testing.T) {
	got, ignored, err := Decode(node(t, whole))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"id": "magoosh-clinic/1234567", "title": "Records & Data Clerk", "employer": "Magoosh Clinic", "text": "Keep records.\n\n- SQL\n\n- Tact\n\nAnswer calls",
		"contract": "full-time, contractor", "shift": "early shift", "validFrom": "2027-01-18", "validThrough": "2027-03-18T00:00:00Z",
		"place":  map[string]any{"name": "Detroit, MI", "country": "US", "lat": 42.33, "lon": -83.05},
		"pay":    map[string]any{"min": 40.0, "max": 50.5, "currency": "USD", "per": "hour"},
		"degree": "or-experience",
		"skills": []any{map[string]any{"skill": "http://data.europa.eu/esco/skill/1", "name": "SQL"}, map[string]any{"name": "Tact"},
			map[string]any{"name": "Programming principles"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if ignored != 2 {
		t.Errorf("%d properties ignored, want 2 (directApply, industry)", ignored)
	}
}

func with(rest string) string {
	return `{"@type":"JobPosting","title":"T","hiringOrganization":"E","url":"https://e.example/1"` + rest + `}`
}

func TestOneProperty(t *testing.T) {
	for _, c := range []struct {
		rest, field string
		want        any
	}{
		{`,"skills":"SQL, Python; R\nExcel"`, "skills", []any{map[string]any{"name": "SQL"}, map[string]any{"name": "Python"}, map[string]any{"name": "R"}, map[string]any{"name": "Excel"}}},
		{`,"skills":"` + strings.Repeat("prose without a comma ", 9) + `"`, "skills", nil},
		{`,"skills":{"@type":"DefinedTerm","@id":"https://x.example/s1"}`, "skills", []any{map[string]any{"skill": "https://x.example/s1"}}},
		{`,"jobLocationType":"TELECOMMUTE"`, "mode", "remote"},
		{`,"jobLocationType":"TELECOMMUTE","applicantLocationRequirements":{"@type":"Country","name":"USA"}`, "place", map[string]any{"country": "USA"}},
		{`,"applicantLocationRequirements":[{"@type":"State","name":"Michigan"},{"@type":"State","name":"Ohio"}]`, "place", map[string]any{"name": "Michigan, Ohio"}},
		{`,"jobLocation":"Lyon"`, "place", map[string]any{"name": "Lyon"}},
		{`,"jobLocation":{"@type":"Place","address":"1 Main St, Lyon"}`, "place", map[string]any{"name": "1 Main St, Lyon"}},
		{`,"jobLocation":{"@type":"PostalAddress","addressLocality":"Lyon","addressCountry":"FR"}`, "place", map[string]any{"name": "Lyon", "country": "FR"}},
		{`,"baseSalary":{"currency":"EUR","value":{"value":1200,"unitText":"WEEK"}}`, "pay", map[string]any{"min": 5200.0, "currency": "EUR", "per": "month"}},
		{`,"baseSalary":{"currency":"EUR","value":{"minValue":120,"maxValue":240,"unitText":"day"}}`, "pay", map[string]any{"min": 2600.0, "max": 5200.0, "currency": "EUR", "per": "month"}},
		{`,"baseSalary":{"currency":"EUR","value":{"maxValue":50000,"unitText":"YEAR"}}`, "pay", map[string]any{"min": 0.0, "max": 50000.0, "currency": "EUR", "per": "year"}},
		{`,"baseSalary":{"@type":"MonetaryAmount","currency":"EUR","minValue":"30,000","maxValue":"40,000","unitText":"ANNUAL"}`, "pay", map[string]any{"min": 30000.0, "max": 40000.0, "currency": "EUR", "per": "year"}},
		{`,"baseSalary":50000,"salaryCurrency":"USD"`, "pay", nil},
		{`,"baseSalary":{"value":{"value":5,"unitText":"HOUR"}}`, "pay", nil},
		{`,"baseSalary":{"currency":"EUR","value":{"value":5,"unitText":"FORTNIGHT"}}`, "pay", nil},
		{`,"employmentType":"PART_TIME"`, "contract", "part-time"},
		{`,"educationRequirements":"High school"`, "degree", "none"},
		{`,"educationRequirements":[{"credentialCategory":"high school"},{"credentialCategory":"associate degree"}]`, "degree", "required"},
		{`,"educationRequirements":"Bachelor's degree or equivalent experience"`, "degree", "or-experience"},
		{`,"educationRequirements":"Master preferred"`, "degree", "preferred"},
		{`,"educationRequirements":"no requirements"`, "degree", "none"},
		{`,"educationRequirements":"university","experienceInPlaceOfEducation":"True"`, "degree", "or-experience"},
		{`,"description":"&lt;p&gt;One&lt;/p&gt;&lt;p&gt;R &amp;amp; D&lt;/p&gt;"`, "text", "One\n\nR & D"},
		{`,"description":"a < b & c\u0000\u0007"`, "text", "a < b & c"},
		{`,"description":"<a href=\"javascript:x\">x</a><svg onload=1><path/></svg>"`, "text", "x"},
		{`,"validThrough":"2027-03-01T18:00:00+0100"`, "validThrough", "2027-03-01T17:00:00Z"},
		{``, "id", "https://e.example/1"},
		{`,"identifier":"A-7"`, "id", "e/A-7"},
		{`,"identifier":{"@type":"PropertyValue","value":42}`, "id", "e/42"},
		{`,"schema:workHours":"nights"`, "shift", "nights"},
	} {
		got, _, err := Decode(node(t, with(c.rest)))
		if err != nil {
			t.Errorf("%s: %v", c.rest, err)
			continue
		}
		if diff := cmp.Diff(c.want, got[c.field]); diff != "" {
			t.Errorf("%s: %s: %s", c.rest, c.field, diff)
		}
	}
}

func TestRefusals(t *testing.T) {
	for in, want := range map[string]string{
		`{"@type":"Organization","name":"SECRET"}`:                                 "@type is not JobPosting",
		`{"@type":"JobPosting","title":"T"}`:                                       "hiringOrganization.name is missing",
		with(`,"validThrough":"SECRET"`):                                           "validThrough is not a date",
		with(`,"baseSalary":{"currency":"EUR","value":{"value":"SECRET"}}`):        "baseSalary.value is not an amount of money",
		with(`,"baseSalary":{"currency":"EUR","value":{"minValue":-1}}`):           "baseSalary.minValue is not an amount of money",
		with(`,"baseSalary":{"value":{"minValue":9,"maxValue":3,"unitText":"X"}}`): "baseSalary.maxValue is below minValue",
	} {
		_, _, err := Decode(node(t, in))
		if hiring.CodeOf(err) != hiring.Invalid || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: got %v, want %q", in, err, want)
		}
	}
}

func TestIDsThatDoNotFitAreDerived(t *testing.T) {
	id := func(in string) any {
		out, _, err := Decode(node(t, in))
		if err != nil {
			t.Fatal(err)
		}
		if err := hiring.ValidID("id", out["id"].(string)); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		return out["id"]
	}
	a := `{"@type":"JobPosting","title":"T","hiringOrganization":"E","url":"https://e.example/?id=1&x=*"}`
	b := `{"@type":"JobPosting","title":"T","hiringOrganization":"E","jobLocation":"Lyon"}`
	c := `{"@type":"JobPosting","title":"T","hiringOrganization":"E","jobLocation":"Nice"}`
	if id(a) != id(a) || id(a) == id(b) || id(b) == id(c) || id(b) != id(b) {
		t.Error("ids are not a function of what identifies the posting")
	}
}

func TestIs(t *testing.T) {
	for in, want := range map[string]bool{
		`{"@type":"JobPosting"}`: true, `{"@type":["Thing","schema:JobPosting"]}`: true, `{"@type":"https://schema.org/JobPosting"}`: true,
		`{"@type":"Job"}`: false, `{}`: false, `{"@type":7}`: false,
	} {
		if got := Is(node(t, in)); got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(whole)
	f.Add(with(`,"skills":{"@list":["a"]},"description":["<p>",{"@value":"x"}],"baseSalary":[{"value":[{"value":[1]}]}]`))
	f.Add(with(`,"jobLocation":{"geo":[],"address":[{}]},"identifier":[{}],"educationRequirements":[[]]`))
	f.Fuzz(func(t *testing.T, in string) {
		d := json.NewDecoder(strings.NewReader(in))
		d.UseNumber()
		var doc map[string]any
		if d.Decode(&doc) != nil {
			return
		}
		out, _, err := Decode(doc)
		if err != nil {
			return
		}
		if id, _ := out["id"].(string); hiring.ValidID("id", id) != nil {
			t.Fatalf("id %q", id)
		}
	})
}
