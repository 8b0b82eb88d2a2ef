package skills

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// ReadONET reads a folder of the O*NET text database (tab-separated .txt, each plain or .gz). Only "Content Model Reference.txt" is
// required; what else is missing is named in Counts.Skipped. Ids are made from what O*NET keeps stable:
//
//   - onet:2.A.1.a for the skills and knowledge areas that Skills.txt and Knowledge.txt rate, by element; the elements above them
//     are groups.
//   - onet:4.A.1.a.1.I01.D02 for the detailed work activities of DWA Reference.txt, and onet:4.A.1.a.1.I01 for what is broader; what
//     Task Statements.txt says is done in an occupation is a hidden label of the activities that Tasks to DWAs.txt gives it.
//   - onet:tech/<words> and onet:tool/<words> for each distinct example of Technology Skills.txt and Tools Used.txt. O*NET gives
//     examples no code and lists one under several commodities, so the id is made of its key: one skill, all its commodities
//     broader.
//   - onet:unspsc/43232306 for those commodities, by their UNSPSC code; they are skills too ("Spreadsheet software"), and the classes and
//     families of UNSPSC Reference.txt above them are groups.
//   - onet:soc/11-1011.00 for the occupations, with alternate and reported titles as their labels. Skills and knowledge of importance 3 or
//     more (of 5), activities of core tasks and technologies in demand are essential to them; what is rated 2 or more, other activities,
//     technologies and tools are optional.
//
// Source of the columns: "O*NET 29.3 Database" data dictionary.
func ReadONET(fsys fs.FS, emit func(Concept) error) (Counts, error) {
	o := onet{
		fsys: fsys, in: newIntake(emit), commodities: map[string]bool{}, classes: map[string][]string{}, instead: map[string]string{},
		trades: map[string]*demands{}, gone: map[string]bool{},
	}
	err := o.elements()
	if err == nil {
		err = o.activities()
	}
	if err == nil {
		err = o.families()
	}
	for _, f := range []struct{ file, kind, prefix string }{
		{"Technology Skills.txt", "technology", "onet:tech/"},
		{"Tools Used.txt", "tool", "onet:tool/"},
	} {
		if err == nil {
			err = o.examples(f.file, f.kind, f.prefix)
		}
	}
	if err == nil {
		err = o.occupations()
	}
	if err != nil {
		return o.in.done(), fmt.Errorf("reading O*NET: %w", err)
	}
	return o.in.done(), nil
}

type onet struct {
	fsys        fs.FS
	in          *intake
	commodities map[string]bool     // emitted already: both files use some
	classes     map[string][]string // by commodity code: the id of its class
	instead     map[string]string   // by id of an example that is none: that of its commodity
	trades      map[string]*demands // by code
	gone        map[string]bool     // files that are not there
}

// demands is what an occupation asks for.
type demands struct{ essential, optional []string }

// asks notes that an occupation asks for a skill.
func (o onet) asks(code, id string, essential bool) {
	d := o.trades[code]
	if d == nil {
		d = &demands{}
		o.trades[code] = d
	}
	if essential {
		d.essential = append(d.essential, id)
	} else {
		d.optional = append(d.optional, id)
	}
}

const (
	onetPrefix   = "onet:"
	socPrefix    = "onet:soc/"
	unspscPrefix = "onet:unspsc/"
)

// each reads a file; its absence is a reason, not an error.
func (o onet) each(file string, columns []string, fn func(row) error) error {
	err := table{file, '\t', columns}.each(o.fsys, o.in, fn)
	if isMissing(err) {
		o.missing(file)
		return nil
	}
	return err
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// missing notes that a file is not there, once.
func (o onet) missing(file string) {
	if !o.gone[file] {
		o.gone[file] = true
		o.in.skip("%s: the folder has no such file", file)
	}
}

// Importance, of 1 to 5, from which on a skill is essential to an occupation ("important") or optional ("somewhat important").
const importanceEssential, importanceOptional = 3, 2

// elements emits the rated elements of the content model, and as groups those above them and above work activities.
func (o onet) elements() error {
	kinds := map[string]string{}
	groups := func(id string) {
		for ; id != "" && kinds[id] == ""; id = parent(id) {
			kinds[id] = Group
		}
	}
	for _, f := range []struct{ file, kind string }{{"Skills.txt", "skill"}, {"Knowledge.txt", "knowledge"}} {
		err := o.each(f.file, []string{"O*NET-SOC Code", "Element ID", "Scale ID", "Data Value"}, func(r row) error {
			id := r.get("Element ID")
			kinds[id] = f.kind
			groups(parent(id))
			if r.get("Scale ID") != "IM" {
				return nil // the level that is needed, which says nothing of whether it is
			}
			value, err := strconv.ParseFloat(r.get("Data Value"), 64)
			if err != nil {
				o.in.skip("%s: Data Value is no number", r.where())
			} else if value >= importanceOptional {
				o.asks(r.get("O*NET-SOC Code"), onetPrefix+id, value >= importanceEssential)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	err := o.each(activityFile, []string{"Element ID"}, func(r row) error {
		groups(r.get("Element ID"))
		return nil
	})
	if err != nil {
		return err
	}
	columns := []string{"Element ID", "Element Name", "Description"}
	return table{"Content Model Reference.txt", '\t', columns}.each(o.fsys, o.in, func(r row) error {
		id := r.get("Element ID")
		kind := kinds[id]
		if kind == "" {
			return nil // abilities, interests, work styles: no skills
		}
		c := Concept{
			ID: onetPrefix + id, Name: r.get("Element Name"), Kind: kind, Description: r.get("Description"),
			Labels: map[string]string{"en": r.get("Element Name")},
		}
		if up := parent(id); up != "" {
			c.Broader = []string{onetPrefix + up}
		}
		return o.in.add(r.where(), c)
	})
}

// parent returns the element above one, "" above the topmost: "2.A.1" for "2.A.1.a".
func parent(id string) string { return id[:max(0, strings.LastIndexByte(id, '.'))] }
