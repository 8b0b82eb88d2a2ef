package ingest

import (
	"context"
	"errors"
	"fmt"

	"matchday/events"
	"matchday/hiring"
)

// seal seals what the changes hold about persons. Persons whose record holds nothing sealed yet get a key, written before any fact that
// needs it; an import that broke off in between left a key behind, which is then used.
func (r *Role) seal(ctx context.Context, changes []*change) error {
	keys, fresh := map[hiring.LearnerRef][]byte{}, map[hiring.LearnerRef][]byte{}
	for _, c := range changes {
		if c.personal == nil {
			continue
		}
		ref := c.learner.Ref
		key, err := r.key(ctx, ref, c.keyed)
		if err != nil {
			return err
		}
		if keys[ref] = key; !c.keyed {
			fresh[ref] = key
		}
	}
	if err := r.putKeys(ctx, fresh, keys); err != nil {
		return err
	}
	for _, c := range changes {
		if c.personal == nil {
			continue
		}
		sealed, err := r.secrets.Seal(keys[c.learner.Ref], c.learner.Ref, *c.personal)
		if err != nil {
			return fmt.Errorf("sealing a learner's record: %w", err)
		}
		c.learner.Sealed = sealed
	}
	return nil
}

// key returns the key that a person has, or a fresh one.
func (r *Role) key(ctx context.Context, ref hiring.LearnerRef, has bool) ([]byte, error) {
	if has {
		return r.log.Key(ctx, ref)
	}
	return r.secrets.NewKey()
}

// putKeys writes fresh keys. A person who has a key already, from another process or an import that broke off, keeps it: it replaces
// the fresh one in keys.
func (r *Role) putKeys(ctx context.Context, fresh, keys map[hiring.LearnerRef][]byte) error {
	for range retries {
		err := r.log.PutKeys(ctx, fresh)
		if !errors.Is(err, events.ErrStale) {
			return err
		}
		for ref := range fresh {
			key, err := r.log.Key(ctx, ref)
			if hiring.CodeOf(err) == hiring.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			keys[ref] = key
			delete(fresh, ref)
		}
	}
	return events.ErrStale
}
