package main

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// sentence is one of a posting with the skills that people found in it.
type sentence struct {
	text   string
	skills map[string]bool // preferred labels of ESCO; empty when it names none
	spans  []span
}

// span is a part of a sentence that names one skill.
type span struct{ text, skill string }

// What annotators wrote where ESCO has no skill for a span, or only one that says too little.
const (
	labelAbsent  = "LABEL NOT PRESENT"
	labelTooWide = "UNDERSPECIFIED"
)

// readSentences reads a file of sentence,span,sub_span,label. A sub-span stands for the part of a span that one label is about.
func readSentences(path string) ([]*sentence, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	var list []*sentence
	known := map[string]*sentence{}
	for _, r := range rows[1:] {
		text, part, label := r[0], r[1], r[3]
		if r[2] != "" {
			part = r[2]
		}
		s := known[text]
		if s == nil {
			s = &sentence{text: text, skills: map[string]bool{}}
			known[text] = s
			list = append(list, s)
		}
		if label != labelAbsent && label != labelTooWide {
			s.skills[label] = true
			s.spans = append(s.spans, span{part, label})
		}
	}
	return list, nil
}

// marked is a text with the byte ranges that people marked as skills (what one does) and knowledge (what one knows).
type marked struct {
	posting           int
	text              string
	skills, knowledge [][2]int
}

// readSkillSpan reads SkillSpan's JSON Lines: tokens with B, I and O tags of each layer. Tokens are joined by single spaces.
func readSkillSpan(path string) ([]marked, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", path, err)
	}
	var list []marked
	for d := json.NewDecoder(plain); ; {
		var s struct {
			Posting   int      `json:"idx"`
			Tokens    []string `json:"tokens"`
			Skill     []string `json:"tags_skill"`
			Knowledge []string `json:"tags_knowledge"`
		}
		switch err := d.Decode(&s); {
		case errors.Is(err, io.EOF):
			return list, nil
		case err != nil:
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
		list = append(list, marked{s.Posting, strings.Join(s.Tokens, " "), ranges(s.Tokens, s.Skill), ranges(s.Tokens, s.Knowledge)})
	}
}

// whole joins the sentences of each posting, a line each.
func whole(sentences []marked) []marked {
	var list []marked
	for i, s := range sentences {
		if i == 0 || s.posting != sentences[i-1].posting {
			list = append(list, marked{posting: s.posting})
		}
		p := &list[len(list)-1]
		p.skills, p.knowledge = append(p.skills, moved(s.skills, len(p.text))...), append(p.knowledge, moved(s.knowledge, len(p.text))...)
		p.text += s.text + "\n"
	}
	return list
}

func moved(list [][2]int, by int) (to [][2]int) {
	for _, r := range list {
		to = append(to, [2]int{r[0] + by, r[1] + by})
	}
	return to
}

// ranges turns tags into byte ranges of the joined tokens.
func ranges(tokens, tags []string) [][2]int {
	var list [][2]int
	at := 0
	for i, t := range tokens {
		switch {
		case tags[i] == "B":
			list = append(list, [2]int{at, at + len(t)})
		case tags[i] == "I" && len(list) > 0:
			list[len(list)-1][1] = at + len(t)
		}
		at += len(t) + 1
	}
	return list
}
