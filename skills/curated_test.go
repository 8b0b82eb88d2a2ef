package skills

import (
	"strings"
	"testing"
)

func TestAliasFile(t *testing.T) {
	said := map[string]string{}
	for line := range strings.Lines(aliasFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cells) < 2 || len(cells) > 3 || cells[0] == "" || cells[1] == "" {
			t.Errorf("%q is not a line of name, aliases, broader", line)
			continue
		}
		for alias := range strings.SplitSeq(cells[1], ";") {
			key := Key(strings.TrimPrefix(strings.TrimSpace(alias), "!"))
			if key == "" {
				t.Errorf("%q has an empty alias", line)
			}
			if was, again := said[key]; again && was != cells[0] {
				t.Errorf("%q stands for %q and for %q", alias, was, cells[0])
			}
			said[key] = cells[0]
		}
	}
}

func TestRealCurated(t *testing.T) {
	realData(t)
	releases, m := curatedReleases(), curatedMap()
	added := releases[len(releases)-1].Concepts
	own, wins, aliases := 0, 0, 0
	for _, c := range added {
		if c.Name != "" {
			own++
		}
		for _, alias := range c.Hidden["en"] {
			if ref, _ := m.Lookup(alias, "en"); string(ref.Skill) != c.ID {
				t.Errorf("%q means %s (%s), not what the file decides", alias, ref.Skill, ref.Name)
			}
		}
		for _, alias := range c.Alt["en"] {
			aliases++
			if ref, _ := m.Lookup(alias, "en"); string(ref.Skill) == c.ID {
				wins++
			}
		}
	}
	// Preferred labels of other skills stand before aliases: Hive's "hadoop" is Hadoop's own.
	if own < 20 || own > 80 || wins*10 < aliases*9 {
		t.Errorf("%d skills of its own, %d of %d aliases mean what they stand for", own, wins, aliases)
	}
}

func TestCuratedStaysOut(t *testing.T) {
	if got := WithCurated(nil); len(got) != 0 {
		t.Errorf("an empty map was given %d releases", len(got))
	}
	esco := Release{"esco", "1", []Concept{{ID: "e:js", Name: "JavaScript", Kind: "knowledge"}}}
	added := WithCurated([]Release{esco})[1].Concepts
	if len(added) != 1 || added[0].ID != "e:js" || added[0].Name != "" {
		t.Errorf("without technologies it added %v", added)
	}
	m := NewMap(WithCurated([]Release{esco})...)
	if ref, known := m.Lookup("JS", "en"); !known || ref.Skill != "e:js" || ref.By != "curated@1" && ref.By != "esco@1" {
		t.Errorf("JS means %+v", ref)
	}
}
