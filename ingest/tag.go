package ingest

import (
	"context"

	"matchday/hiring"
)

// maxTagged bounds the texts of one question, in bytes together.
const maxTagged = 4 << 20

func (r *Role) tagTexts(ctx context.Context, q hiring.TagTexts) (hiring.TaggedTexts, error) {
	if err := q.Actor.Validate(); err != nil {
		return hiring.TaggedTexts{}, err
	}
	size := 0
	for _, text := range q.Texts {
		size += len(text)
	}
	if len(q.Texts) > maxTexts || size > maxTagged {
		return hiring.TaggedTexts{}, hiring.Errorf(hiring.TooLarge, "more than %d texts or %d bytes were sent at once", maxTexts, maxTagged).Mend("send them in parts")
	}
	m, err := r.skillMap(ctx)
	if err != nil {
		return hiring.TaggedTexts{}, err
	}
	answer := hiring.TaggedTexts{Skills: make([][]hiring.TaggedSkill, len(q.Texts))}
	for i, text := range q.Texts {
		if err := ctx.Err(); err != nil {
			return hiring.TaggedTexts{}, err
		}
		if answer.Skills[i] = m.Tag(text, q.Lang); answer.Skills[i] == nil {
			answer.Skills[i] = []hiring.TaggedSkill{}
		}
	}
	return answer, nil
}
