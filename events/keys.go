package events

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

func keySubject(ref hiring.LearnerRef) string { return "key." + string(ref) }

// PutKeys writes the wrapped keys of persons, atomically in batches of up to 1,000. A key is written once: when one of a batch's
// persons has another key already, that batch writes nothing and the error is [ErrStale]. Putting the same keys again succeeds.
func (l *Log) PutKeys(ctx context.Context, keys map[hiring.LearnerRef][]byte) error {
	refs := slices.Sorted(maps.Keys(keys))
	for chunk := range slices.Chunk(refs, maxBatch) {
		if err := l.putKeys(ctx, chunk, keys); err != nil {
			return err
		}
		for _, ref := range chunk {
			l.fresh.put(ref, keys[ref])
		}
	}
	return nil
}

func (l *Log) putKeys(ctx context.Context, refs []hiring.LearnerRef, keys map[hiring.LearnerRef][]byte) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	for {
		var missing []hiring.LearnerRef
		_, err := l.settle(ctx, fmt.Sprintf("%d keys", len(refs)),
			func() (uint64, error) { return l.sendKeys(ctx, refs, keys) },
			func() (seq uint64, err error) {
				if missing, err = l.missingKeys(ctx, refs, keys); err == nil && len(missing) == 0 {
					seq = 1
				}
				return seq, err
			})
		if !errors.Is(err, ErrStale) || len(missing) == 0 || len(missing) == len(refs) {
			return err
		}
		refs = missing // the others have this very key already
	}
}

// sendKeys writes keys for persons who must have none. There is no message id: after an erasure a person may get a new key.
func (l *Log) sendKeys(ctx context.Context, refs []hiring.LearnerRef, keys map[hiring.LearnerRef][]byte) (uint64, error) {
	ms := make([]*nats.Msg, len(refs))
	for i, ref := range refs {
		ms[i] = &nats.Msg{Subject: keySubject(ref), Data: keys[ref], Header: nats.Header{hdrExpect: {"0"}}}
	}
	if len(ms) == 1 {
		return l.send(ctx, ms[0])
	}
	return l.sendBatch(ctx, ms)
}

// missingKeys returns those of refs that have no key yet, and ErrStale when one has another key.
func (l *Log) missingKeys(ctx context.Context, refs []hiring.LearnerRef, keys map[hiring.LearnerRef][]byte) ([]hiring.LearnerRef, error) {
	var missing []hiring.LearnerRef
	for _, ref := range refs {
		have, err := l.storedKey(ctx, ref)
		switch {
		case hiring.CodeOf(err) == hiring.NotFound:
			missing = append(missing, ref)
		case err != nil:
			return nil, err
		case !bytes.Equal(have, keys[ref]):
			return nil, ErrStale
		}
	}
	return missing, nil
}

// Key returns the wrapped key of a person, or an error of code NotFound when there is none (any more).
func (l *Log) Key(ctx context.Context, ref hiring.LearnerRef) ([]byte, error) {
	if key := l.fresh.get(ref); key != nil {
		return key, nil
	}
	return l.storedKey(ctx, ref)
}

// storedKey reads a key from the broker.
func (l *Log) storedKey(ctx context.Context, ref hiring.LearnerRef) ([]byte, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	m, err := lastOf(ctx, l.keys, keySubject(ref))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, hiring.Errorf(hiring.NotFound, "this person has no key")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a key: %w", asUnavailable(err))
	}
	return m.Data, nil
}

// DestroyKey overwrites a person's key on disk, which makes all that was sealed with it unreadable. Destroying it again is no error.
func (l *Log) DestroyKey(ctx context.Context, ref hiring.LearnerRef) error {
	l.fresh.forget(ref)
	ctx, cancel := bounded(ctx)
	defer cancel()
	if _, err := eraseAll(ctx, l.keys, keySubject(ref)); err != nil {
		return fmt.Errorf("destroying a key: %w", asUnavailable(err))
	}
	return nil
}

// EraseSubjects overwrites on disk every fact whose subject matches the filter, and the dead letters that hold one, and returns how
// many facts there were. Their sequences stay unused.
func (l *Log) EraseSubjects(ctx context.Context, filter string) (int, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	n, err := eraseAll(ctx, l.facts, filter)
	if err == nil {
		_, err = eraseAll(ctx, l.dead, "dead.*."+filter)
	}
	if err != nil {
		return n, fmt.Errorf("erasing %s: %w", filter, asUnavailable(err))
	}
	return n, nil
}

// EraseRanking overwrites the ranking that is kept on a subject.
func (l *Log) EraseRanking(ctx context.Context, subject string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if _, err := eraseAll(ctx, l.ranks, subject); err != nil {
		return fmt.Errorf("erasing %s: %w", subject, asUnavailable(err))
	}
	return nil
}

// eraseAll overwrites every message of a stream that matches filter.
func eraseAll(ctx context.Context, s jetstream.Stream, filter string) (n int, err error) {
	err = each(ctx, s, filter, 1, func(m *jetstream.RawStreamMsg) (bool, error) {
		err := s.SecureDeleteMsg(ctx, m.Sequence)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			err = nil // another erasure was faster
		}
		n++
		return true, err
	})
	return n, err
}
