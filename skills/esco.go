package skills

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// ReadESCO reads a folder of the ESCO dataset as published (CSV, each file plain or .gz): skills_xx.csv, skillGroups_xx.csv,
// ISCOGroups_xx.csv, occupations_xx.csv, broaderRelationsSkillPillar.csv, broaderRelationsOccPillar.csv, skillSkillRelations.csv,
// occupationSkillRelations.csv and the collections (digitalSkillsCollection_xx.csv and so on). English names the concepts where several languages are there,
// otherwise the first by code; the others add labels. Skills come first, then groups as Kind [Group], then occupations as Kind [Occupation]; a collection is a group
// of its own ("esco:collection/digitalSkills"), broader than what it holds. skillsHierarchy_en.csv says nothing that
// broaderRelationsSkillPillar.csv does not. Only skills_xx is required;
// what else is missing is named in Counts.Skipped, as is every concept that is not "released".
//
// Source of the columns: "ESCO data model" and the headers of release 1.1.1.
func ReadESCO(fsys fs.FS, emit func(Concept) error) (Counts, error) {
	in := newIntake(emit)
	langs, err := escoLanguages(fsys)
	if err != nil {
		return in.done(), err
	}
	e := esco{fsys: fsys, in: in, broader: map[string][]string{}, related: map[string][]string{},
		essential: map[string][]string{}, optional: map[string][]string{}}
	if err := e.relations(); err != nil {
		return in.done(), fmt.Errorf("reading ESCO: %w", err)
	}
	if err := e.collections(langs[0]); err != nil {
		return in.done(), fmt.Errorf("reading ESCO: %w", err)
	}
	for i, lang := range langs {
		for _, f := range []struct{ file, kind string }{{"skills_", "skill"}, {"skillGroups_", Group}, {"ISCOGroups_", Group}, {"occupations_", Occupation}} {
			if err := e.concepts(f.file+lang+".csv", lang, i == 0, f.kind); err != nil {
				return in.done(), fmt.Errorf("reading ESCO: %w", err)
			}
		}
	}
	return in.done(), nil
}

type esco struct {
	fsys             fs.FS
	in               *intake
	broader, related map[string][]string

	essential, optional map[string][]string
}

// escoLanguages lists the languages of the skills files, English first.
func escoLanguages(fsys fs.FS) ([]string, error) {
	var langs []string
	for _, pattern := range []string{"skills_??.csv", "skills_??.csv.gz"} {
		names, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, fmt.Errorf("reading ESCO: %w", err)
		}
		for _, name := range names {
			langs = append(langs, name[len("skills_"):][:2])
		}
	}
	if len(langs) == 0 {
		return nil, fmt.Errorf("reading ESCO: the folder has no skills_en.csv or skills_en.csv.gz: %w", fs.ErrNotExist)
	}
	slices.SortFunc(langs, func(a, b string) int {
		return strings.Compare(strings.Replace(a, "en", "", 1), strings.Replace(b, "en", "", 1))
	})
	return slices.Compact(langs), nil
}

// demands reads which occupation asks for which skills.
func (e *esco) demands() error {
	const name = "occupationSkillRelations.csv"
	columns := []string{"occupationUri", "relationType", "skillUri"}
	err := table{name, ',', columns}.each(e.fsys, e.in, func(r row) error {
		from, to := r.get("occupationUri"), r.get("skillUri")
		switch kind := r.get("relationType"); {
		case from == "" || to == "":
			e.in.skip("%s: names no occupation or no skill", r.where())
		case kind == "essential":
			e.essential[from] = append(e.essential[from], to)
		case kind == "optional":
			e.optional[from] = append(e.optional[from], to)
		default:
			e.in.skip("%s: the relation %.20q is neither essential nor optional", r.where(), kind)
		}
		return nil
	})
	return e.missing(name, err)
}

// relations reads what is broader than and related to what. ESCO relates knowledge that is optional or essential to a skill; the
// map reads both as related.
func (e *esco) relations() error {
	for _, f := range []struct {
		name, from, to string
		into           map[string][]string
	}{
		{"broaderRelationsSkillPillar.csv", "conceptUri", "broaderUri", e.broader},
		{"broaderRelationsOccPillar.csv", "conceptUri", "broaderUri", e.broader},
		{"skillSkillRelations.csv", "originalSkillUri", "relatedSkillUri", e.related},
	} {
		t := table{f.name, ',', []string{f.from, f.to}}
		err := t.each(e.fsys, e.in, func(r row) error {
			from, to := r.get(f.from), r.get(f.to)
			if from == "" || to == "" {
				e.in.skip("%s: names one skill only", r.where())
				return nil
			}
			f.into[from] = append(f.into[from], to)
			return nil
		})
		if err := e.missing(f.name, err); err != nil {
			return err
		}
	}
	return e.demands()
}

// collections emits ESCO's collections as groups, and notes what each holds.
func (e *esco) collections(lang string) error {
	for _, c := range []struct{ file, name string }{
		{"digitalSkills", "digital skills"}, {"digCompSkills", "DigComp skills"}, {"greenSkills", "green skills"},
		{"languageSkills", "language skills"}, {"researchSkills", "research skills"}, {"transversalSkills", "transversal skills"},
		{"researchOccupations", "research occupations"},
	} {
		id, file := "esco:collection/"+c.file, c.file+"Collection_"+lang+".csv"
		held := 0
		err := table{file, ',', []string{"conceptUri"}}.each(e.fsys, e.in, func(r row) error {
			held++
			e.broader[r.get("conceptUri")] = append(e.broader[r.get("conceptUri")], id)
			return nil
		})
		if err := e.missing(file, err); err != nil {
			return err
		}
		if held == 0 {
			continue
		}
		if err := e.in.add(file, Concept{ID: id, Name: c.name, Kind: Group, Labels: map[string]string{"en": c.name}}); err != nil {
			return err
		}
	}
	return nil
}

// missing turns the absence of a file into a reason.
func (e *esco) missing(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		e.in.skip("%s: the folder has no such file", name)
		return nil
	}
	return err
}

// concepts reads a file of skills or groups; base says whether it names them or only adds labels.
func (e *esco) concepts(name, lang string, base bool, kind string) error {
	t := table{name, ',', []string{"conceptUri", "preferredLabel", "altLabels", "status", "description"}}
	if kind == "skill" {
		t.columns = append(t.columns, "skillType")
	}
	err := t.each(e.fsys, e.in, func(r row) error {
		if s := r.get("status"); s != "" && s != "released" {
			e.in.skip("%s: its status is %.20q", r.where(), s)
			return nil
		}
		c := Concept{
			ID:     r.get("conceptUri"),
			Labels: map[string]string{lang: r.get("preferredLabel")},
			Alt:    map[string][]string{lang: lines(r.get("altLabels"), r.get("preferredLabel"))},
			Hidden: map[string][]string{lang: lines(r.get("hiddenLabels"), r.get("preferredLabel"))},
		}
		if base {
			c.Name, c.Description, c.Kind = c.Labels[lang], r.get("description"), kind
			if kind == "skill" {
				c.Kind = escoKind(r.get("skillType"))
			}
			c.Broader, c.Related = e.broader[c.ID], e.related[c.ID]
			c.Essential, c.Optional = e.essential[c.ID], e.optional[c.ID]
		}
		return e.in.add(r.where(), c)
	})
	if kind == "skill" {
		return err
	}
	return e.missing(name, err)
}

func escoKind(skillType string) string {
	if skillType == "knowledge" {
		return "knowledge"
	}
	return "skill"
}

// lines cuts a cell into its labels; ESCO repeats the preferred one among the others.
func lines(cell, preferred string) []string {
	var labels []string
	for line := range strings.Lines(cell) {
		if line = strings.TrimSpace(line); line != "" && line != preferred {
			labels = append(labels, line)
		}
	}
	return labels
}
