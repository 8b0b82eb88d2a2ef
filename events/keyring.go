package events

import (
	"sync"

	"matchday/hiring"
)

// generation is how many keys one half of the keyring remembers, of some 60 bytes each.
const generation = 20_000

// keyring remembers the wrapped keys of persons that this Log wrote: those of the current generation and the one before. The facts
// that need a key follow it at once, and whoever unseals them in this process is spared a question to the broker for each. Keys that
// were only read are not kept, since a reading that crosses a destruction would bring a key back. A key that another process destroys
// is forgotten with the fact of the erasure.
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
