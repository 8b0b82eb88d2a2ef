package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"matchday/skills"
)

// altered is a label as somebody might write it who does not know it by heart.
type altered struct{ kind, text, id string }

// alteredPer is how many labels of a language are altered in each way.
const alteredPer = 200

// kinds of alteration.
var kinds = []string{"inflection", "compound", "typing", "several"}

// alter draws labels of a language and changes each in one way: the ending of a word, a compound written apart, or a typing error. The
// same labels give the same changes. It knows nothing of how skills resolves names.
func alter(labels map[string]string, lang string) []altered {
	draw := rand.New(rand.NewPCG(7, uint64(lang[0])))
	ids := make([]string, 0, len(labels))
	vocabulary := map[string]bool{}
	for id, label := range labels {
		ids = append(ids, id)
		for _, w := range strings.Fields(strings.ToLower(label)) {
			vocabulary[w] = true
		}
	}
	slices.Sort(ids)
	draw.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	var list []altered
	count := map[string]int{}
	for _, id := range ids {
		for _, kind := range kinds {
			if count[kind] == alteredPer {
				continue
			}
			var text string
			switch kind {
			case "inflection":
				text = inflect(labels[id], lang, draw)
			case "compound":
				text = apart(labels[id], lang, vocabulary, draw)
			case "typing":
				text = mistype(labels[id], draw)
			default:
				text = several(labels[id], lang, vocabulary, draw)
			}
			if text != labels[id] && text != "" {
				list = append(list, altered{kind, text, id})
				count[kind]++
				break
			}
		}
	}
	return list
}

// several makes each change that a label allows.
func several(label, lang string, vocabulary map[string]bool, draw *rand.Rand) string {
	for _, change := range []func(string) string{
		func(s string) string { return inflect(s, lang, draw) },
		func(s string) string { return apart(s, lang, vocabulary, draw) },
		func(s string) string { return mistype(s, draw) },
	} {
		if changed := change(label); changed != "" {
			label = changed
		}
	}
	return label
}

// endings are what words of a language end in, in pairs that stand for one another.
var endings = map[string][][2]string{
	"de": {{"en", "ung"}, {"en", "t"}, {"ung", "ungen"}, {"e", "en"}, {"er", "ern"}, {"ik", "iken"}, {"en", "e"}, {"t", "te"}, {"n", ""}, {"r", "rs"}},
	"nl": {{"en", "ing"}, {"en", "t"}, {"ing", "ingen"}, {"en", "end"}, {"s", ""}, {"e", "es"}, {"er", "ers"}, {"ie", "ies"}, {"en", ""}},
	"sv": {{"a", "ar"}, {"a", "ande"}, {"ning", "ningar"}, {"er", "erna"}, {"ar", "arna"}, {"ik", "iken"}, {"a", "ade"}, {"or", "orna"}, {"else", "elser"}, {"", "en"}},
}

// inflect gives one word of a label another ending.
func inflect(label, lang string, draw *rand.Rand) string {
	words := strings.Fields(label)
	for _, i := range draw.Perm(len(words)) {
		if len(words[i]) < 6 {
			continue
		}
		pairs := endings[lang]
		for _, p := range draw.Perm(len(pairs)) {
			if stem, ok := strings.CutSuffix(words[i], pairs[p][0]); ok {
				words[i] = stem + pairs[p][1]
				return strings.Join(words, " ")
			}
		}
	}
	return ""
}

// apart writes a compound of a label with a space or a hyphen between two words that other labels have.
func apart(label, lang string, vocabulary map[string]bool, draw *rand.Rand) string {
	words := strings.Fields(label)
	for _, i := range draw.Perm(len(words)) {
		w := []rune(words[i])
		for _, at := range draw.Perm(len(w)) {
			if at < 4 || len(w)-at < 4 {
				continue
			}
			head, tail := strings.ToLower(string(w[:at])), strings.ToLower(string(w[at:]))
			if !vocabulary[tail] || !vocabulary[head] && !vocabulary[strings.TrimSuffix(head, "s")] {
				continue
			}
			gap := []string{" ", "-"}[draw.IntN(2)]
			if lang == "de" {
				tail = strings.ToUpper(tail[:1]) + tail[1:]
			}
			words[i] = string(w[:at]) + gap + tail
			return strings.Join(words, " ")
		}
	}
	return ""
}

// mistype makes one typing error in a word of five letters or more: a letter left out, doubled, wrong, or swapped with the next.
func mistype(label string, draw *rand.Rand) string {
	words := strings.Fields(label)
	for _, i := range draw.Perm(len(words)) {
		w := []rune(words[i])
		if len(w) < 5 {
			continue
		}
		at := 1 + draw.IntN(len(w)-2)
		switch draw.IntN(4) {
		case 0:
			w = slices.Delete(w, at, at+1)
		case 1:
			w = slices.Insert(w, at, w[at])
		case 2:
			w[at] = rune('a' + draw.IntN(26))
		default:
			w[at], w[at+1] = w[at+1], w[at]
		}
		words[i] = string(w)
		return strings.Join(words, " ")
	}
	return ""
}

// printAltered measures resolving of altered labels in three languages.
func printAltered(data string, d *corpus) error {
	f, err := os.Open(data + "/esco-labels/esco_skill_labels_en_de_nl_sv.tsv.gz")
	if err != nil {
		return err
	}
	defer f.Close()
	release := skills.Release{Name: "esco-labels", Version: "1"}
	if _, err := skills.ReadLabels(f, gather(&release.Concepts)); err != nil {
		return err
	}
	m := skills.NewMap(skills.WithCurated([]skills.Release{{Name: "esco", Version: "1.1.1", Concepts: d.concepts}, release})...)
	for _, lang := range []string{"de", "sv", "nl"} {
		labels := map[string]string{}
		var named []skills.Concept
		for _, c := range release.Concepts {
			if label := c.Labels[lang]; label != "" {
				labels[c.ID] = label
				named = append(named, skills.Concept{ID: c.ID, Name: label, Kind: "skill"})
			}
		}
		n := newNaive(named)
		naive, now := map[string]*share{}, map[string]*share{}
		for _, kind := range append(kinds, "all") {
			naive[kind], now[kind] = &share{}, &share{}
		}
		for _, a := range alter(labels, lang) {
			foundNaive := slices.Contains(first(n.similar(a.text), 5), labels[a.id])
			found := false
			for _, c := range m.Resolve(a.text, lang, 5) {
				found = found || string(c.Skill) == a.id
			}
			for _, kind := range []string{a.kind, "all"} {
				naive[kind].count(foundNaive)
				now[kind].count(found)
			}
		}
		printLine(lang+": altered labels, acc@5", naive["all"].value(), now["all"].value(), ".85")
		fmt.Printf("%-44s", "")
		for _, kind := range kinds {
			fmt.Printf(" %s %.2f (naive %.2f, %.0f labels)", kind, now[kind].value(), naive[kind].value(), now[kind].whole)
		}
		fmt.Println()
	}
	return nil
}
