package search

import (
	"fmt"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

// folded is a text as the index's own tokeniser cuts it: its terms, parted by blanks.
func folded(text string) string { return strings.Join(terms(text), " ") }

// mapped makes the document of an entry by walking the mapping, as Bleve does by itself.
func mapped(t *testing.T, e *entry) *document.Document {
	t.Helper()
	m, err := newMapping()
	if err != nil {
		t.Fatal(err)
	}
	words := map[string][]string{}
	for field, texts := range e.texts {
		for _, text := range texts {
			if f := folded(text); f != "" {
				words[field] = append(words[field], f)
			}
		}
	}
	data := map[string]any{"kind": e.of, "words": words, "exact": e.exact, "from": e.from, "through": e.through, "verified": e.verified}
	if e.place != nil && e.place.Lat != nil {
		data["geo"] = map[string]any{"lat": *e.place.Lat, "lon": *e.place.Lon}
	}
	d := document.NewDocument(e.id)
	if err := m.MapDocument(d, data); err != nil {
		t.Fatal(err)
	}
	return d
}

// indexed tells what a document puts into the index: each term of each field and how often, and how long the field is.
func indexed(d *document.Document) map[string]string {
	all := map[string]string{}
	lengths, times := map[string]int{}, map[string]int{}
	for _, f := range d.Fields {
		if strings.HasPrefix(f.Name(), "geo.") {
			continue // the walk descends into points too, which nobody asks for
		}
		f.Analyze()
		lengths[f.Name()] += f.AnalyzedLength()
		for term, freq := range f.AnalyzedTokenFrequencies() {
			times[fmt.Sprintf("%s (%v) %q", f.Name(), f.Options(), term)] += freq.Frequency()
		}
	}
	for term, n := range times {
		all[term] = fmt.Sprintf("%d times", n)
	}
	for name, n := range lengths {
		all[name] = fmt.Sprintf("%d tokens", n)
	}
	return all
}

// The documents made by hand are those that the mapping, by which queries are understood, would make.
func TestDocumentsFollowTheMapping(t *testing.T) {
	until := micros(now)
	w := hiring.NewWorld()
	learner := hiring.Learner{
		Ref: "l1", Visible: true, RegisteredBy: operator, Place: place("Łódź Nord", 51.7, 19.4), Modes: []hiring.Mode{hiring.Onsite, hiring.Remote},
		Languages: []string{"pl-PL", "en"}, Availability: "as of May",
		Skills: []hiring.HeldSkill{{SkillRef: hiring.SkillRef{Skill: "text:c#", Name: "C#", Said: "C Sharp"}}, {SkillRef: skill("data data science")}},
		Claims: []hiring.Claim{{Name: "Node.js & the café", Issuer: "Alpha"}, {Name: "Second", Issuer: "Alpha"}, {Programme: "p1"}},
	}
	w.Learners[learner.Ref] = &learner
	l := learnerEntry(w, &learner, &hiring.Personal{Text: "Worked with C++ and .NET, 東京 too; and and."})
	l.verified = &until
	o := openingEntry(&hiring.Opening{
		ID: "o1", Title: "Data Engineer", Employer: "Acme", Text: "…", Mode: hiring.Remote, Contract: "Full time", ValidThrough: &now,
		Place: &hiring.Place{Name: "Remote", Country: "PL"}, Skills: []hiring.Requirement{{SkillRef: skill("Go"), Need: hiring.Essential}},
	})
	bare := newEntry(OfLearners, "learners/l2")
	for _, e := range []*entry{&l, &o, &bare} {
		want, have := indexed(mapped(t, e)), indexed(e.document())
		if d := cmp.Diff(want, have); d != "" {
			t.Errorf("%s (-mapped +made):\n%s", e.id, d)
		}
	}
}

// The words of one text follow each other; those of two texts do not, even where a text between them has no words.
func TestTextsStandApart(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{nil, ""},
		{[]string{"", "…"}, ""},
		{[]string{"Data Science", "SQL"}, "data:1 science:2 sql:103"},
		{[]string{"", "one two", "…", "three", ""}, "one:101 two:102 three:203"},
	} {
		var have []string
		for _, token := range wordTokens(c.texts) {
			have = append(have, fmt.Sprintf("%s:%d", token.Term, token.Position))
		}
		if h := strings.Join(have, " "); h != c.want {
			t.Errorf("%q: %s, want %s", c.texts, h, c.want)
		}
	}
}
