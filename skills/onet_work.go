package skills

import (
	"maps"
	"slices"
	"strings"
)

const activityFile = "DWA Reference.txt"

// task is a statement of what is done in an occupation.
type task struct {
	trade, text string
	core        bool
}

// activities emits work activities, broader ones first, with the tasks that are done by them as hidden labels.
func (o onet) activities() error {
	statements, err := o.statements()
	if err != nil {
		return err
	}
	done, err := o.doneBy(statements)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	columns := []string{"Element ID", "IWA ID", "IWA Title", "DWA ID", "DWA Title"}
	return o.each(activityFile, columns, func(r row) error {
		if id := r.get("IWA ID"); !seen[id] {
			seen[id] = true
			if err := o.in.add(r.where(), activity(id, r.get("IWA Title"), r.get("Element ID"))); err != nil {
				return err
			}
		}
		c := activity(r.get("DWA ID"), r.get("DWA Title"), r.get("IWA ID"))
		c.Hidden = map[string][]string{"en": done[r.get("DWA ID")]}
		return o.in.add(r.where(), c)
	})
}

// activity makes a work activity. O*NET writes them as sentences.
func activity(id, title, broader string) Concept {
	title = strings.TrimSuffix(title, ".")
	return Concept{
		ID: onetPrefix + id, Name: title, Kind: "activity", Labels: map[string]string{"en": title}, Broader: []string{onetPrefix + broader},
	}
}

// statements reads the tasks, by id.
func (o onet) statements() (map[string]task, error) {
	tasks := map[string]task{}
	err := o.each("Task Statements.txt", []string{"O*NET-SOC Code", "Task ID", "Task", "Task Type"}, func(r row) error {
		tasks[r.get("Task ID")] = task{r.get("O*NET-SOC Code"), strings.TrimSuffix(r.get("Task"), "."), r.get("Task Type") == "Core"}
		return nil
	})
	return tasks, err
}

// doneBy gives each activity the tasks that are done by it, and each occupation its activities.
func (o onet) doneBy(tasks map[string]task) (map[string][]string, error) {
	done := map[string][]string{}
	left := maps.Clone(tasks)
	err := o.each("Tasks to DWAs.txt", []string{"Task ID", "DWA ID"}, func(r row) error {
		t, ok := tasks[r.get("Task ID")]
		if !ok {
			o.in.skip("%s: Task Statements.txt has no task %.20q", r.where(), r.get("Task ID"))
			return nil
		}
		delete(left, r.get("Task ID"))
		id := r.get("DWA ID")
		done[id] = insert(done[id], t.text)
		o.asks(t.trade, onetPrefix+id, t.core)
		return nil
	})
	if len(left) > 0 {
		o.in.skip("%d tasks are done by no activity of Tasks to DWAs.txt", len(left))
	}
	return done, err
}

// families emits the classes above commodities that examples name, and the families above these, as groups.
func (o onet) families() error {
	used := map[string]bool{}
	for _, file := range []string{"Technology Skills.txt", "Tools Used.txt"} {
		err := table{file, '\t', []string{"Commodity Code"}}.each(o.fsys, newIntake(nil), func(r row) error {
			used[r.get("Commodity Code")] = true
			return nil
		})
		if err != nil && !isMissing(err) {
			return err
		}
	}
	emitted := map[string]bool{}
	group := func(r row, level, above string) error {
		code := r.get(level + " Code")
		if emitted[code] {
			return nil
		}
		emitted[code] = true
		c := Concept{ID: unspscPrefix + code, Name: r.get(level + " Title"), Kind: Group, Labels: map[string]string{"en": r.get(level + " Title")}}
		if above != "" {
			c.Broader = []string{unspscPrefix + r.get(above+" Code")}
		}
		return o.in.add(r.where(), c)
	}
	columns := []string{"Commodity Code", "Class Code", "Class Title", "Family Code", "Family Title"}
	return o.each("UNSPSC Reference.txt", columns, func(r row) error {
		code := r.get("Commodity Code")
		if !used[code] {
			return nil
		}
		o.classes[code] = []string{unspscPrefix + r.get("Class Code")}
		if err := group(r, "Family", ""); err != nil {
			return err
		}
		return group(r, "Class", "Family")
	})
}

// occupations emits the occupations with all their titles and what they ask for.
func (o onet) occupations() error {
	titles := map[string][]string{}
	for _, f := range []struct {
		file    string
		columns []string
	}{
		{"Alternate Titles.txt", []string{"Alternate Title", "Short Title"}}, {"Sample of Reported Titles.txt", []string{"Reported Job Title"}},
	} {
		err := o.each(f.file, append(f.columns, "O*NET-SOC Code"), func(r row) error {
			for _, column := range f.columns {
				if title := r.get(column); title != "" && title != "n/a" {
					titles[r.get("O*NET-SOC Code")] = append(titles[r.get("O*NET-SOC Code")], title)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return o.each("Occupation Data.txt", []string{"O*NET-SOC Code", "Title", "Description"}, func(r row) error {
		code, title := r.get("O*NET-SOC Code"), r.get("Title")
		c := Concept{
			ID: socPrefix + code, Name: title, Kind: Occupation, Description: r.get("Description"),
			Labels: map[string]string{"en": title}, Alt: map[string][]string{"en": distinct(titles[code], title)},
		}
		if d := o.trades[code]; d != nil {
			c.Essential = o.known(d.essential)
			c.Optional = slices.DeleteFunc(o.known(d.optional), func(id string) bool { return slices.Contains(c.Essential, id) })
		}
		return o.in.add(r.where(), c)
	})
}

// distinct returns a list in order, each once and without one.
func distinct(list []string, without string) []string {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	return slices.DeleteFunc(list, func(s string) bool { return s == without })
}

// known returns ids in order, each once, those of examples that are commodities by these.
func (o onet) known(ids []string) []string {
	for i, id := range ids {
		if other, ok := o.instead[id]; ok {
			ids[i] = other
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}
