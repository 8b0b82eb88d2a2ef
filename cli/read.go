package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"matchday/hiring"
)

// skillsReadCmd reads openings' texts and writes drafts.
type skillsReadCmd struct {
	Lang     string `help:"Language of the texts (BCP 47) where a line gives none; guessed when left out." placeholder:"LANG"`
	Plain    bool   `help:"The file is the text of one opening, as pasted, instead of JSON Lines."`
	Employer string `help:"Write openings of this employer that 'import openings' takes, instead of drafts with the places that say so." placeholder:"NAME"`
	File     string `arg:"" help:"JSON Lines of id, text and lang; - is standard input."`
}

// Run reads the lines in chunks that share a language, keeping their order.
func (r *skillsReadCmd) Run(ctx context.Context, g *globals, c console) error {
	if !r.Plain {
		return eachChunk(ctx, g, c, r.File, r.Lang, func(cl *client, chunk []resolveLine) error { return r.read(ctx, cl, c, chunk) })
	}
	in, err := openSource(r.File, c.in, false)
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, utf8.UTFMax*hiring.MaxText+1))
	if err != nil {
		return fmt.Errorf("reading %s: %w", r.File, err)
	}
	if utf8.RuneCount(text) > hiring.MaxText {
		return hiring.Errorf(hiring.TooLarge, "%s is longer than the text of an opening may be, %d characters", r.File, hiring.MaxText)
	}
	cl, err := g.dial(ctx, c)
	if err != nil {
		return err
	}
	defer cl.close()
	sum := sha256.Sum256(text)
	id := json.RawMessage(strconv.Quote("draft-" + hex.EncodeToString(sum[:6])))
	return r.read(ctx, cl, c, []resolveLine{{ID: id, Text: string(text), Lang: r.Lang}})
}

func (r *skillsReadCmd) read(ctx context.Context, cl *client, c console, chunk []resolveLine) error {
	q := struct {
		Texts []string `json:"texts"`
		Lang  string   `json:"lang,omitempty"`
	}{Lang: chunk[0].Lang}
	for _, l := range chunk {
		q.Texts = append(q.Texts, l.Text)
	}
	var answer hiring.OpeningDrafts
	if err := cl.do(ctx, "POST", "/v1/skills/read", q, &answer); err != nil {
		return fmt.Errorf("reading openings: %w", err)
	}
	out := json.NewEncoder(c.out)
	for i, l := range chunk {
		var line any = struct {
			ID json.RawMessage `json:"id"`
			hiring.OpeningDraft
		}{l.ID, answer.Drafts[i]}
		if r.Employer != "" {
			line = opening(l, r.Employer, answer.Drafts[i])
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// pastedOpening is an opening in the form that 'import openings' takes.
type pastedOpening struct {
	ID       json.RawMessage `json:"id"`
	Title    string          `json:"title"`
	Employer string          `json:"employer"`
	Text     string          `json:"text"`
	Skills   []pastedSkill   `json:"skills"`
	Degree   hiring.Degree   `json:"degree,omitempty"`
}

type pastedSkill struct {
	Skill hiring.SkillID `json:"skill"`
	Name  string         `json:"name"`
	Need  hiring.Need    `json:"need"`
	Level int            `json:"level,omitempty"`
}

// opening makes of a draft what its employer corrects and imports.
func opening(l resolveLine, employer string, d hiring.OpeningDraft) pastedOpening {
	o := pastedOpening{ID: l.ID, Title: cmp.Or(d.Title, "untitled"), Employer: employer, Text: l.Text, Degree: d.Degree, Skills: []pastedSkill{}}
	for _, s := range d.Skills[:min(len(d.Skills), hiring.MaxSkills)] {
		o.Skills = append(o.Skills, pastedSkill{s.Skill, s.Name, s.Need, s.Level})
	}
	return o
}
