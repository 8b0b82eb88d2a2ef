package skills

import (
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const onetRatings = "O*NET-SOC Code\tElement ID\tScale ID\tData Value\n"

const onetExamples = "O*NET-SOC Code\tIn Demand\tExample\tCommodity Code\tCommodity Title\n"

// smallONET is a folder as O*NET publishes it, with invented rows.
func smallONET(t testing.TB) fs.FS {
	return folder(t, map[string]string{
		"Content Model Reference.txt": "Element ID\tElement Name\tDescription\n" +
			"1.A\tAbilities\tno skill\n2\tRequirements\t\n2.A\tBasic\t\n2.A.1\tContent\t\n2.A.1.a\tReading\tRead \"well\n2.C\tKnowledge\t\n2.C.1\tMusic\t\n4\tWork\t\n4.A\tInput\t\n",
		"Skills.txt":       onetRatings + "11\t2.A.1.a\tIM\t3.12\n12\t2.A.1.a\tIM\t1.9\n12\t2.A.1.a\tLV\t5\n12\t2.A.1.a\tIM\tmuch\n",
		"Knowledge.txt.gz": onetRatings + "11\t2.C.1\tIM\t2.0\n",
		"DWA Reference.txt": "Element ID\tIWA ID\tIWA Title\tDWA ID\tDWA Title\n" +
			"4.A\t4.A.I1\tListen to works.\t4.A.I1.D1\tListen to bands.\n4.A\t4.A.I1\tListen to works.\t4.A.I1.D2\tHear birds.\n",
		"Task Statements.txt": "O*NET-SOC Code\tTask ID\tTask\tTask Type\n11\t1\tListen to a band in a hall.\tCore\n11\t2\tHear a bird.\t\n11\t3\tRest.\tCore\n",
		"Tasks to DWAs.txt":   "Task ID\tDWA ID\n1\t4.A.I1.D1\n2\t4.A.I1.D2\n9\t4.A.I1.D2\n",
		"UNSPSC Reference.txt": "Commodity Code\tClass Code\tClass Title\tFamily Code\tFamily Title\n77\t70\tSoftware\t7\tInformation\n78\t70\tSoftware\t7\tInformation\n" +
			"99\t90\tUnused\t9\tUnused\n",
		"Alternate Titles.txt":          "O*NET-SOC Code\tAlternate Title\tShort Title\n11\tBandleader\tBL\n11\tCritic\tn/a\n",
		"Sample of Reported Titles.txt": "O*NET-SOC Code\tReported Job Title\n11\tBandleader\n",
		"Occupation Data.txt":           "O*NET-SOC Code\tTitle\tDescription\n11\tCritic\tHears.\n12\tProgrammer\t\n13\tIdler\t\n",
		"Technology Skills.txt": onetExamples +
			"11\tY\tC++\t77\tLanguages software\n12\tN\tc++\t78\tCompilers\n12\tN\tStructured query language SQL\t77\tLanguages software\n" +
			"12\tN\tCompilers\t77\tLanguages software\n12\tN\t--\t77\tLanguages software\n",
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
		"onet:4|Work|group||", "onet:4.A|Input|group||onet:4",
		"onet:4.A.I1|Listen to works|activity||onet:4.A", "onet:4.A.I1.D1|Listen to bands|activity||onet:4.A.I1", "onet:4.A.I1.D2|Hear birds|activity||onet:4.A.I1",
		"onet:unspsc/7|Information|group||", "onet:unspsc/70|Software|group||onet:unspsc/7",
		"onet:unspsc/77|Languages software|technology||onet:unspsc/70", "onet:unspsc/78|Compilers|technology||onet:unspsc/70",
		"onet:tech/c_plus_plus|C++|technology|c++|onet:unspsc/77+onet:unspsc/78",
		"onet:tech/structured-query-language-sql|Structured query language SQL|technology|Structured query language+SQL|onet:unspsc/77",
		"onet:tool/band-saws|Band saws|tool||onet:unspsc/78",
		"onet:soc/11|Critic|occupation|BL+Bandleader|", "onet:soc/12|Programmer|occupation||", "onet:soc/13|Idler|occupation||",
	}
	if !slices.Equal(got, want) {
		t.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	reasons := []string{
		"Skills.txt line 5: Data Value is no number", `Tasks to DWAs.txt line 4: Task Statements.txt has no task "9"`,
		"1 tasks are done by no activity of Tasks to DWAs.txt", "Technology Skills.txt line 6: has no name or no commodity",
	}
	for id, want := range map[string][2]string{
		"onet:soc/11": {"onet:2.A.1.a onet:4.A.I1.D1 onet:tech/c_plus_plus", "onet:2.C.1 onet:4.A.I1.D2 onet:tool/band-saws"},
		"onet:soc/12": {"", "onet:tech/c_plus_plus onet:tech/structured-query-language-sql onet:unspsc/78"},
	} {
		c := g.concepts[slices.IndexFunc(g.concepts, func(c Concept) bool { return c.ID == id })]
		if got := [2]string{strings.Join(c.Essential, " "), strings.Join(c.Optional, " ")}; got != want {
			t.Errorf("%s asks for %q, want %q", id, got, want)
		}
	}
	if c := g.concepts[9]; !slices.Equal(c.Hidden["en"], []string{"Listen to a band in a hall"}) {
		t.Errorf("%+v has no task", c)
	}
	if c := g.counts; c.Skills != 10 || c.Groups != 8 || c.Occupations != 3 || !reflect.DeepEqual(c.Skipped, reasons) {
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
	f.Add("11\tY\tC++\t77\tLanguages software\n", "2.A.1.a\tReading\tRead\n", "11\t2.A.1.a\tIM\t3\n")
	f.Add("11\tx\t\xff\t\t\n", "..\t.\t\n", "1\t..\tIM\t\n")
	f.Fuzz(func(t *testing.T, examples, elements, rated string) {
		fsys := fstest.MapFS{
			"Content Model Reference.txt": {Data: []byte("Element ID\tElement Name\tDescription\n" + elements)},
			"Skills.txt":                  {Data: []byte(onetRatings + rated)},
			"Technology Skills.txt":       {Data: []byte(onetExamples + examples)},
		}
		g := gather(func(emit func(Concept) error) (Counts, error) { return ReadONET(fsys, emit) })
		if again := readLines(normal(t, g.concepts)); len(again.concepts) != len(g.concepts) {
			t.Fatalf("emitted what its own reader refuses: %q", again.counts.Skipped)
		}
	})
}
