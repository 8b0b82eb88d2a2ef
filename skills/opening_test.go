package skills

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"matchday/hiring"
)

func drafted(d Draft) string {
	var list []string
	for _, s := range d.Skills {
		list = append(list, fmt.Sprintf("%s %s %d %d", strings.TrimPrefix(string(s.Skill), "t:"), s.Need, s.Level, s.Years))
	}
	return strings.Join(list, "; ")
}

func TestReadOpening(t *testing.T) {
	m := trades()
	for _, c := range []struct{ name, text, want string }{
		{"headings", "About us\nWe train staff all day.\n\nRequirements:\n- Manage staff\n- Java\nNice to have\n- C#\nYou will learn:\n* operate forklifts\n",
			"staff essential 0 0; java essential 0 0; csharp optional 0 0; forklift trainable 0 0"},
		{"modal words", "You must manage staff. C# is a plus. We will train you to operate forklifts.",
			"staff essential 0 0; csharp optional 0 0; forklift trainable 0 0"},
		{"years and levels", "At least 3-5 years of Java and strong C#. Two years: quality audits. Basic knowledge of .NET",
			"java essential 0 3; csharp essential 4 3; audit essential 0 0; net essential 2 0"},
		{"the stronger mention stands", "Nice to have: Java.\nRequirements\nAdvanced Java", "java essential 4 0"},
		{"Spanish", "Requisitos:\nJava, 2 años de experiencia\nSe valorará C#\nOfrecemos:\ntrain staff", "java essential 0 2; csharp optional 0 0"},
		{"German", "Ihr Profil\nGute Kenntnisse in Java\nVon Vorteil: C#\nWir bieten\nGabelstapler fahren", "java essential 3 0; csharp optional 0 0"},
		{"French", "Votre profil :\nMaîtrise de Java\nC# serait un plus", "java essential 4 0; csharp optional 0 0"},
		{"nothing", "", ""},
	} {
		if got := drafted(m.ReadOpening(c.text, "")); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestReadTitle(t *testing.T) {
	for text, want := range map[string]string{
		"Senior welder (m/f/d)\nYou weld.": "Senior welder (m/f/d)", "\n Soldador/a \r\nRequisitos": "Soldador/a", "Requirements\nJava": "", "You weld steel.": "",
		"We look for somebody who welds and manages and trains and audits and drives and so on for us": "", "": "", "---": "",
	} {
		if got := NewMap().ReadOpening(text, "").Title; got != want {
			t.Errorf("%q is called %q, want %q", text, got, want)
		}
	}
}

func TestReadDegree(t *testing.T) {
	for _, c := range []struct {
		text, span string
		want       hiring.Degree
	}{
		{"Join us. BA/BS degree or equivalent practical experience. SQL.", "BA/BS degree or equivalent practical experience", hiring.DegreeOrExperience},
		{"Bachelor's degree in Physics.", "Bachelor's degree in Physics", hiring.DegreeRequired},
		{"A Master's degree is preferred.", "A Master's degree is preferred", hiring.DegreePreferred},
		{"Preferred qualifications:\nMBA", "MBA", hiring.DegreePreferred},
		{"No degree required!", "No degree required", hiring.DegreeNone},
		{"A high degree of autonomy; master data.", "", ""},
		{"Titulación universitaria o experiencia equivalente.", "Titulación universitaria o experiencia equivalente", hiring.DegreeOrExperience},
		{"Licenciatura en Derecho", "Licenciatura en Derecho", hiring.DegreeRequired},
		{"Abgeschlossenes Studium oder vergleichbare Qualifikation", "Abgeschlossenes Studium oder vergleichbare Qualifikation", hiring.DegreeOrExperience},
		{"Studium der Informatik von Vorteil", "Studium der Informatik von Vorteil", hiring.DegreePreferred},
		{"Diplôme d'ingénieur ou expérience équivalente", "Diplôme d'ingénieur ou expérience équivalente", hiring.DegreeOrExperience},
		{"MBA preferred.\nBachelor's degree.", "Bachelor's degree", hiring.DegreeRequired},
	} {
		d := NewMap().ReadOpening(c.text, "")
		if d.Degree != c.want || c.text[d.DegreeStart:d.DegreeEnd] != c.span {
			t.Errorf("%q: %q by %q", c.text, d.Degree, c.text[d.DegreeStart:d.DegreeEnd])
		}
	}
}

func TestGuess(t *testing.T) {
	for text, want := range map[string]string{
		"You will work with our team and the customers": "en", "Sie arbeiten mit uns und die Kunden sind zufrieden": "de",
		"Je werkt met het team van onze klant": "nl", "Du ansvarar och arbetar med att utveckla": "sv",
		"Trabajarás con los clientes y el equipo": "es", "Vous travaillez avec les clients dans une équipe": "fr", "Java C#": "", "": "",
	} {
		if got := guess(tokenise(nil, text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzReadOpening(f *testing.F) {
	m := trades()
	f.Add("Requirements:\n3+ years of Java. BA degree or equivalent experience.", "")
	f.Add("Ihr Profil\n• Gute C#-Kenntnisse; Studium", "de")
	f.Fuzz(func(t *testing.T, text, lang string) {
		d := m.ReadOpening(text, lang)
		if d.DegreeStart < 0 || d.DegreeEnd < d.DegreeStart || d.DegreeEnd > len(text) {
			t.Fatalf("the degree stands at %d to %d of %d", d.DegreeStart, d.DegreeEnd, len(text))
		}
		for _, s := range d.Skills {
			checkTags(t, text, []Tagged{s.TaggedSkill})
			if s.Level < 0 || s.Level > 5 || s.Years < 0 || s.Years > 40 || s.Need == "" {
				t.Fatalf("%+v", s)
			}
		}
	})
}

// Google's postings put what is wanted under headings of their own; most say "or equivalent practical experience".
func TestRealOpenings(t *testing.T) {
	f, err := realData(t).Open("postings/google_jobs.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	m := curatedMap()
	degrees, wrong, found := map[hiring.Degree]int{}, 0, 0
	needs := map[hiring.Need]int{}
	for _, r := range rows[1:] {
		d := m.ReadOpening("Responsibilities\n"+r[4]+"\nMinimum qualifications\n"+r[5]+"\nPreferred qualifications\n"+r[6], "en")
		degrees[d.Degree]++
		found += len(d.Skills)
		for _, s := range d.Skills {
			needs[s.Need]++
		}
		if either := strings.Contains(r[5], "or equivalent"); either != (d.Degree == hiring.DegreeOrExperience) {
			if wrong++; wrong < 6 {
				t.Logf("%q for %q", d.Degree, r[5])
			}
		}
	}
	t.Logf("%d openings: %.1f skills each, %v; degrees %v; %d where 'or equivalent' disagrees", len(rows)-1, float64(found)/float64(len(rows)-1), needs, degrees, wrong)
	if wrong > 30 || found < 4*len(rows) {
		t.Error("that is not what the postings say")
	}
}
