package main

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
)

// learnt is how many of the postings served to write aliases; the others are measured on.
const learnt = 2000

// readMentions reads the skills that employers list in the Naukri postings, by posting.
func readMentions(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", path, err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	var list [][]string
	for _, r := range rows[1:] {
		var mentions []string
		for m := range strings.SplitSeq(r[4], ",") {
			if m = strings.TrimSpace(m); m != "" {
				mentions = append(mentions, m)
			}
		}
		list = append(list, mentions)
	}
	return list, nil
}

// resolved is the share of mentions for which resolve finds something.
func resolved(postings [][]string, resolve func(string) bool) share {
	var s share
	for _, p := range postings {
		for _, m := range p {
			s.whole++
			if resolve(m) {
				s.part++
			}
		}
	}
	return s
}

// unresolved lists the mentions that resolve finds nothing for, most frequent first.
func unresolved(postings [][]string, resolve func(string) bool) []string {
	count := map[string]int{}
	for _, p := range postings {
		for _, m := range p {
			if !resolve(m) {
				count[strings.ToLower(m)]++
			}
		}
	}
	names := slices.Collect(maps.Keys(count))
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	for i, n := range names {
		names[i] = fmt.Sprintf("%d %s", count[n], n)
	}
	return names
}

// printSample prints mentions drawn from the postings that are measured on, and what each resolves to.
func printSample(d *corpus, size int) {
	var all []string
	for _, p := range d.mentions[learnt:] {
		for _, m := range p {
			if d.exact(m) {
				all = append(all, m)
			}
		}
	}
	draw := rand.New(rand.NewPCG(1, 2))
	for range size {
		m := all[draw.IntN(len(all))]
		ref, _ := d.both.Lookup(m, "en")
		fmt.Printf("%s\t%s\t%s\n", m, ref.Name, ref.Skill)
	}
}
