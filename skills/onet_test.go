package skills

import (
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const onetExamples = "O*NET-SOC Code\tTitle\tExample\tCommodity Code\tCommodity Title\n"

// smallONET is a folder as O*NET publishes it, with invented rows.
func smallONET(t testing.TB) fs.FS {
	return folder(t, map[string]string{
		"Content Model Reference.txt": "Element ID\tElement Name\tDescription\n" +
			"1.A\tAbilities\tno skill\n2\tRequirements\t\n2.A\tBasic\t\n2.A.1\tContent\t\n2.A.1.a\tReading\tRead \"well\n2.C\tKnowledge\t\n2.C.1\tMusic\t\n",
		"Skills.txt":       "O*NET-SOC Code\tElement ID\n11\t2.A.1.a\n12\t2.A.1.a\n",
		"Knowledge.txt.gz": "O*NET-SOC Code\tElement ID\n11\t2.C.1\n",
		"Technology Skills.txt": onetExamples +
			"11\tx\tC++\t77\tLanguages software\n12\tx\tc++\t78\tCompilers\n12\tx\tStructured query language SQL\t77\tLanguages software\n" +
			"12\tx\tCompilers\t77\tLanguages software\n12\tx\t--\t77\tLanguages software\n",
		"Tools Used.txt": onetExamples + "11\tx\tBand saws\t78\tCompilers\n",
	})
}

func TestReadONET(t *testing.T) {
	g := gather(func(emit func(Concept) error) (Counts, error) { return ReadONET(smallONET(t), emit) })
	if g.err != nil {
		t.Fatal(g.err)
	}
	var got []string
	for _, c := range g.concepts {
		got = append(got, strings.Join([]string{c.ID, c.Name, c.Kind, strings.Join(c.Alt["en"], "+"), strings.Join(c.Broader, "+")}, "|"))
	}
	want := []string{
		"onet:2|Requirements|group||", "onet:2.A|Basic|group||onet:2", "onet:2.A.1|Content|group||onet:2.A",
		"onet:2.A.1.a|Reading|skill||onet:2.A.1", "onet:2.C|Knowledge|group||onet:2", "onet:2.C.1|Music|knowledge||onet:2.C",
		"onet:unspsc/77|Languages software|technology||", "onet:unspsc/78|Compilers|technology||",
		"onet:tech/c_plus_plus|C++|technology|c++|onet:unspsc/77+onet:unspsc/78",
		"onet:tech/structured-query-language-sql|Structured query language SQL|technology|Structured query language+SQL|onet:unspsc/77",
		"onet:tool/band-saws|Band saws|tool||onet:unspsc/78",
	}
	if !slices.Equal(got, want) {
		t.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	reasons := []string{"Technology Skills.txt line 6: has no name or no commodity"}
	if c := g.counts; c.Skills != 7 || c.Groups != 4 || !reflect.DeepEqual(c.Skipped, reasons) {
		t.Errorf("counts %+v", c)
	}
}

func TestReadONETNeedsItsContentModel(t *testing.T) {
	_, err := ReadONET(fstest.MapFS{}, nil)
	if err == nil || !strings.Contains(err.Error(), "Content Model Reference.txt") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestAcronym(t *testing.T) {
	for name, want := range map[string][]string{
		"Structured query language SQL":      {"Structured query language", "SQL"},
		"Computer-aided design CAD":          {"Computer-aided design", "CAD"},
		"Oracle Customer relationship tools": nil,
		"Acme Data Entry System DES":         nil, // a maker's name is no part of it
		"Pure Data PD":                       nil, // two letters say too little
		"":                                   nil,
	} {
		if got := acronym(name); !slices.Equal(got, want) {
			t.Errorf("acronym(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSlugsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"C", "C++", "C plus plus", "C#", "c sharp", "データ", ".NET", "NET", "A+", "Node.js"} {
		s := slug(Key(name))
		if other, ok := seen[s]; ok {
			t.Errorf("%q and %q share %q", name, other, s)
		}
		if seen[s] = name; unusable(Concept{ID: s}) != "" {
			t.Errorf("slug %q of %q is no id", s, name)
		}
	}
}

func FuzzReadONET(f *testing.F) {
	f.Add("11\tx\tC++\t77\tLanguages software\n", "2.A.1.a\tReading\tRead\n", "11\t2.A.1.a\n")
	f.Add("11\tx\t\xff\t\t\n", "..\t.\t\n", "1\t..\n")
	f.Fuzz(func(t *testing.T, examples, elements, rated string) {
		fsys := fstest.MapFS{
			"Content Model Reference.txt": {Data: []byte("Element ID\tElement Name\tDescription\n" + elements)},
			"Skills.txt":                  {Data: []byte("O*NET-SOC Code\tElement ID\n" + rated)},
			"Technology Skills.txt":       {Data: []byte(onetExamples + examples)},
		}
		g := gather(func(emit func(Concept) error) (Counts, error) { return ReadONET(fsys, emit) })
		if again := readLines(normal(t, g.concepts)); len(again.concepts) != len(g.concepts) {
			t.Fatalf("emitted what its own reader refuses: %q", again.counts.Skipped)
		}
	})
}
