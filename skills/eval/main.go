// Command eval measures how well names are resolved and texts tagged, on annotated postings beside the project, and prints a table
// with naive baselines that it measures itself. 'make eval-skills' runs it.
//
// With -fit it learns the weights of the tagger instead and prints what cross-validation gives ('make fit-skills'). With -unresolved N
// it lists the N most frequent skill mentions of the first 2,000 Naukri postings that resolve to nothing; with -sample N, N mentions of
// the others and what they resolve to, for people to judge.
package main

import (
	"flag"
	"fmt"
	"os"

	"matchday/skills"
)

type flags struct {
	data               string
	fit                bool
	unresolved, sample int
}

func main() {
	var f flags
	flag.StringVar(&f.data, "data", "../shared/data", "folder of the annotated files and taxonomies")
	flag.BoolVar(&f.fit, "fit", false, "learn the weights of the tagger")
	flag.IntVar(&f.unresolved, "unresolved", 0, "list so many unresolved mentions of the Naukri postings to learn from")
	flag.IntVar(&f.sample, "sample", 0, "list so many resolved mentions of the Naukri postings to measure on")
	flag.Parse()
	if err := run(f); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func run(f flags) error {
	d, err := load(f.data)
	switch {
	case err != nil:
		return err
	case f.fit:
		fit(d)
	case f.unresolved > 0:
		for _, line := range unresolved(d.mentions[:learnt], d.exact)[:f.unresolved] {
			fmt.Println(line)
		}
	case f.sample > 0:
		printSample(d, f.sample)
	default:
		return printTable(f.data, d)
	}
	return nil
}

// sets are the files of annotated sentences, by name.
var sets = []string{"tech", "house"}

// corpus is all that is measured on, and the maps to measure: of ESCO alone, in whose terms the annotations are, and with O*NET.
type corpus struct {
	esco, both *skills.Map
	concepts   []skills.Concept // of ESCO
	sentences  map[string][]*sentence
	train, dev []marked
	mentions   [][]string
}

func load(data string) (*corpus, error) {
	d := &corpus{sentences: map[string][]*sentence{}}
	var onet []skills.Concept
	_, err := skills.ReadESCO(os.DirFS(data+"/esco-1.1.1"), gather(&d.concepts))
	if err != nil {
		return nil, err
	}
	if _, err := skills.ReadONET(os.DirFS(data+"/onet-29.3"), gather(&onet)); err != nil {
		return nil, err
	}
	releases := []skills.Release{{Name: "esco", Version: "1.1.1", Concepts: d.concepts}, {Name: "onet", Version: "29.3", Concepts: onet}}
	d.esco = skills.NewMap(skills.WithCurated(releases[:1])...)
	d.both = skills.NewMap(skills.WithCurated(releases)...)
	for _, set := range sets {
		if d.sentences[set], err = readSentences(data + "/extraction/" + set + "_validation_annotations.csv"); err != nil {
			return nil, err
		}
	}
	if d.train, err = readSkillSpan(data + "/extraction/skillspan_train.json.gz"); err != nil {
		return nil, err
	}
	if d.dev, err = readSkillSpan(data + "/extraction/skillspan_dev.json.gz"); err != nil {
		return nil, err
	}
	d.mentions, err = readMentions(data + "/postings/naukri_jobs.csv.gz")
	return d, err
}

func gather(list *[]skills.Concept) func(skills.Concept) error {
	return func(c skills.Concept) error {
		*list = append(*list, c)
		return nil
	}
}

// resolve names what ESCO has for a name, tag what it has for the places of a sentence.
func (d *corpus) resolve(text string) (names []string) {
	for _, c := range d.esco.Resolve(text, "en", 5) {
		names = append(names, c.Name)
	}
	return names
}

func (d *corpus) tag(text string) (names []string) {
	for _, t := range d.esco.Tag(text, "en") {
		names = append(names, t.Name)
	}
	return names
}

// exact reports whether a name is known for sure, as when an opening is taken in.
func (d *corpus) exact(text string) bool {
	_, ok := d.both.Lookup(text, "en")
	return ok
}

func places(m *skills.Map, least float64) func(string) [][2]int {
	return func(text string) (list [][2]int) {
		for _, t := range m.Tag(text, "en") {
			if t.Score < least {
				continue
			}
			list = append(list, [2]int{t.Start, t.End})
		}
		return list
	}
}
