package ingest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"matchday/events"
	"matchday/hiring"
)

// generation is how many keys one half of the keyring remembers, of some 60 bytes each.
const generation = 20_000

// keyring remembers wrapped keys of persons: those of the current generation and the one before.
type keyring struct {
	mu         sync.Mutex
	young, old map[hiring.LearnerRef][]byte
}

func (k *keyring) get(ref hiring.LearnerRef) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key := k.young[ref]; key != nil {
		return key
	}
	return k.old[ref]
}

func (k *keyring) put(ref hiring.LearnerRef, key []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.young == nil || len(k.young) >= generation {
		k.old, k.young = k.young, make(map[hiring.LearnerRef][]byte, 1024)
	}
	k.young[ref] = key
}

func (k *keyring) forget(ref hiring.LearnerRef) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.young, ref)
	delete(k.old, ref)
}

// seal seals what the changes hold about persons. Persons whose record holds nothing sealed yet get a key, written before any fact that
// needs it; an import that broke off in between left a key behind, which is then used.
func (r *Role) seal(ctx context.Context, changes []*change) error {
	fresh := map[hiring.LearnerRef][]byte{}
	var sealing []*change
	for _, c := range changes {
		if c.personal == nil {
			continue
		}
		sealing = append(sealing, c)
		ref := c.learner.Ref
		if r.keys.get(ref) != nil {
			continue
		}
		if c.keyed {
			key, err := r.log.Key(ctx, ref)
			if err != nil {
				return err
			}
			r.keys.put(ref, key)
			continue
		}
		key, err := r.secrets.NewKey()
		if err != nil {
			return err
		}
		fresh[ref] = key
	}
	if err := r.putKeys(ctx, fresh); err != nil {
		return err
	}
	for _, c := range sealing {
		key := r.keys.get(c.learner.Ref)
		if key == nil {
			key = fresh[c.learner.Ref] // so many came since that the ring has dropped it
		}
		sealed, err := r.secrets.Seal(key, c.learner.Ref, *c.personal)
		if err != nil {
			return fmt.Errorf("sealing a learner's record: %w", err)
		}
		c.learner.Sealed = sealed
	}
	return nil
}

// putKeys writes fresh keys. A person who has a key already, from another process or an import that broke off, keeps it.
func (r *Role) putKeys(ctx context.Context, fresh map[hiring.LearnerRef][]byte) error {
	for range retries {
		err := r.log.PutKeys(ctx, fresh)
		if err == nil {
			for ref, key := range fresh {
				r.keys.put(ref, key)
			}
			return nil
		}
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
			r.keys.put(ref, key)
			delete(fresh, ref)
		}
	}
	return events.ErrStale
}
