package ingest

import (
	"context"

	"matchday/hiring"
	"matchday/skills"
)

// maxTagged bounds the texts of one question, in bytes together.
const maxTagged = 4 << 20

func (r *Role) tagTexts(ctx context.Context, q hiring.TagTexts) (hiring.TaggedTexts, error) {
	answer := hiring.TaggedTexts{Skills: make([][]hiring.TaggedSkill, len(q.Texts))}
	err := r.eachText(ctx, q.Actor, q.Texts, func(m *skills.Map, i int, text string) {
		if answer.Skills[i] = m.Tag(text, q.Lang); answer.Skills[i] == nil {
			answer.Skills[i] = []hiring.TaggedSkill{}
		}
	})
	return answer, err
}

// readTexts reads openings' texts into drafts. It publishes nothing: a draft is its employer's to correct and send.
func (r *Role) readTexts(ctx context.Context, q hiring.ReadTexts) (hiring.OpeningDrafts, error) {
	answer := hiring.OpeningDrafts{Drafts: make([]hiring.OpeningDraft, len(q.Texts))}
	err := r.eachText(ctx, q.Actor, q.Texts, func(m *skills.Map, i int, text string) {
		if answer.Drafts[i] = m.ReadOpening(text, q.Lang); answer.Drafts[i].Skills == nil {
			answer.Drafts[i].Skills = []hiring.DraftedSkill{}
		}
	})
	return answer, err
}

// eachText calls fn for every text with the map in force.
func (r *Role) eachText(ctx context.Context, who hiring.Actor, texts []string, fn func(m *skills.Map, i int, text string)) error {
	if err := who.Validate(); err != nil {
		return err
	}
	size := 0
	for _, text := range texts {
		size += len(text)
	}
	if len(texts) > maxTexts || size > maxTagged {
		return hiring.Errorf(hiring.TooLarge, "more than %d texts or %d bytes were sent at once", maxTexts, maxTagged).Mend("send them in parts")
	}
	m, err := r.skillMap(ctx)
	if err != nil {
		return err
	}
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return err
		}
		fn(m, i, text)
	}
	return nil
}
