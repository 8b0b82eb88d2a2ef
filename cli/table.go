package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"matchday/hiring"
)

// tabled is a ranked list as the API answers it, as far as a table shows it.
type tabled struct {
	Opening, Learner string
	Matches          []tabledMatch
	Names            map[string]string
	Total            int
	Excluded         []struct {
		Filter, Skill, Name string
		Excludes, Unsaid    any
	}
}

type tabledMatch struct {
	Learner, Opening string
	Score            hiring.Score
	Matched, Missing []string
	Near             []struct{ Skill string }
}

// table writes ranked lists for people at a terminal; programs get the JSON.
type table struct{ out io.Writer }

// value draws one list. What is none is written as it came.
func (t table) value(v json.RawMessage) error {
	var list tabled
	if json.Unmarshal(v, &list) != nil || list.Matches == nil {
		_, err := fmt.Fprintf(t.out, "%s\n", v)
		return err
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	title, column := "learners for "+plain(list.Opening), "LEARNER"
	if list.Opening == "" {
		title, column = "openings for "+plain(list.Learner), "OPENING"
	}
	fmt.Fprintf(w, "%d%s %s\n", len(list.Matches), ofTotal(list.Total, len(list.Matches)), title)
	if len(list.Matches) > 0 {
		fmt.Fprintf(w, "\tSCORE\t%s\tHAS\tLACKS\tNEARLY\n", column)
	}
	for i, m := range list.Matches {
		near := make([]string, len(m.Near))
		lacks := map[string]bool{}
		for j, n := range m.Near {
			near[j], lacks[n.Skill] = n.Skill, true
		}
		var missing []string
		for _, s := range m.Missing {
			if !lacks[s] {
				missing = append(missing, s)
			}
		}
		fmt.Fprintf(w, "%d\t%.3f\t%s\t%s\t%s\t%s\n", i+1, m.Score.Float(), plain(m.Learner+m.Opening), list.some(m.Matched), list.some(missing), list.some(near))
	}
	for _, e := range list.Excluded {
		what := e.Filter
		if e.Filter == string(hiring.FilterMust) {
			what = "must-have " + list.name(e.Skill)
		}
		said := ""
		if e.Unsaid != nil {
			said = fmt.Sprintf("; %v of those shown did not say", e.Unsaid)
		}
		fmt.Fprintf(w, "left out by %s alone: %v%s\n", plain(what), e.Excludes, said)
	}
	return w.Flush()
}

func ofTotal(total, shown int) string {
	if total > shown {
		return fmt.Sprintf(" of %d", total)
	}
	return ""
}

// some names the first of the skills, and how many there are beside.
func (l *tabled) some(skills []string) string {
	const most = 4
	names := make([]string, 0, most)
	for _, s := range skills[:min(most, len(skills))] {
		names = append(names, l.name(s))
	}
	if more := len(skills) - most; more > 0 {
		names = append(names, fmt.Sprintf("+%d", more))
	}
	return strings.Join(names, ", ")
}

func (l *tabled) name(skill string) string {
	if name := l.Names[skill]; name != "" {
		return plain(name)
	}
	return plain(strings.TrimPrefix(skill, "text:"))
}

// plain keeps what a sender wrote from moving the cursor or the columns.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
