package events

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

const auditSubject = "audit.refusals"

// refusals is one message of the audit stream.
type refusals struct {
	Refusals []hiring.Refusal `json:"refusals"`
}

// Audit writes down refusals and returns once they are on disk. They are kept for 90 days, or as long as the stream has room.
func (l *Log) Audit(ctx context.Context, list []hiring.Refusal) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	data, err := json.Marshal(refusals{list})
	if err != nil {
		return fmt.Errorf("encoding refusals: %w", err)
	}
	if _, err := l.send(ctx, &nats.Msg{Subject: auditSubject, Data: data}); err != nil {
		return fmt.Errorf("writing down refusals: %w", asUnavailable(err))
	}
	return nil
}

// Refusals returns the newest refusals, the last one first, at most limit.
func (l *Log) Refusals(ctx context.Context, limit int) ([]hiring.Refusal, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	info, err := l.audit.Info(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading refusals: %w", asUnavailable(err))
	}
	var list []hiring.Refusal
	for seq := info.State.LastSeq; seq >= info.State.FirstSeq && seq > 0 && len(list) < limit; seq-- {
		m, err := l.audit.GetMsg(ctx, seq)
		if err != nil {
			return nil, fmt.Errorf("reading refusals: %w", asUnavailable(err))
		}
		page, err := pageOf(m)
		if err != nil {
			return nil, err
		}
		slices.Reverse(page)
		list = append(list, page...)
	}
	return list[:min(len(list), limit)], nil
}

func pageOf(m *jetstream.RawStreamMsg) ([]hiring.Refusal, error) {
	var page refusals
	if err := json.Unmarshal(m.Data, &page); err != nil {
		return nil, fmt.Errorf("decoding refusals %d: %w", m.Sequence, err)
	}
	return page.Refusals, nil
}
