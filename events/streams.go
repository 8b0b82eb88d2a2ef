package events

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Names of the streams.
const (
	factsStream    = "FACTS"    // the truth: fact.>
	keysStream     = "KEYS"     // wrapped keys of persons: key.<ref>
	rankingsStream = "RANKINGS" // derived rankings: match.>
	deadStream     = "DEAD"     // dead letters: dead.<consumer>.<subject>; and retry.<consumer>, which asks to try one again
	auditStream    = "AUDIT"    // what was refused: audit.refusals
	blobsStore     = "BLOBS"    // taxonomies and tables, by SHA-256
)

const (
	defaultMaxBytes = 8 << 30
	maxFactSize     = 256 << 10 // bytes of a fact with its headers
	maxRankingSize  = 4 << 20
	rankingAge      = 30 * 24 * time.Hour
	auditAge        = 90 * 24 * time.Hour
	dedupeWindow    = 2 * time.Minute
)

// initialiser is a broker of our own that remembers that its streams were made (natsd.Local).
type initialiser interface {
	Initialised() bool
	MarkInitialised() error
}

// plain is what the streams have in common: on disk, limited by size only, refusing new messages when full, deletable.
func plain(name string, o Options, share int64, subjects ...string) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:       name,
		Subjects:   subjects,
		Retention:  jetstream.LimitsPolicy,
		Storage:    jetstream.FileStorage,
		Replicas:   max(o.Replicas, 1),
		Discard:    jetstream.DiscardNew,
		MaxBytes:   cmp.Or(o.MaxBytes, defaultMaxBytes) / share,
		MaxMsgSize: maxFactSize,
		Duplicates: dedupeWindow,
	}
}

func factsConfig(o Options) jetstream.StreamConfig {
	c := plain(factsStream, o, 1, "fact.>")
	c.AllowAtomicPublish = true
	// Outsiders see what was stored, and never what was refused. A stream publishes one pattern again: this one passes all kinds on
	// under their own names, and listeners may subscribe to two of them (natsd.ListenerSubjects).
	c.RePublish = &jetstream.RePublish{Source: "fact.*.>", Destination: "{{wildcard(1)}}.>"}
	return c
}

func keysConfig(o Options) jetstream.StreamConfig {
	c := plain(keysStream, o, 8, "key.*")
	c.AllowAtomicPublish = true
	c.MaxMsgsPerSubject = 1
	return c
}

func rankingsConfig(o Options) jetstream.StreamConfig {
	c := plain(rankingsStream, o, 4, "match.>")
	c.MaxMsgsPerSubject = 1
	c.MaxAge = rankingAge
	c.Discard = jetstream.DiscardOld
	c.Compression = jetstream.S2Compression
	c.MaxMsgSize = maxRankingSize
	return c
}

func deadConfig(o Options) jetstream.StreamConfig {
	c := plain(deadStream, o, 8, "dead.>", "retry.*")
	c.MaxMsgSize = 2 * maxFactSize // a fact and what is noted about its failure
	return c
}

func auditConfig(o Options) jetstream.StreamConfig {
	c := plain(auditStream, o, 32, auditSubject)
	c.MaxAge = auditAge
	c.Discard = jetstream.DiscardOld
	return c
}

// declare makes the streams. CreateStream changes nothing when a stream exists with equal settings and fails when they differ.
func (l *Log) declare(ctx context.Context, o Options) error {
	if err := l.checkTruth(ctx, o); err != nil {
		return err
	}
	for _, d := range []struct {
		into   *jetstream.Stream
		config jetstream.StreamConfig
	}{
		{&l.facts, factsConfig(o)},
		{&l.keys, keysConfig(o)},
		{&l.ranks, rankingsConfig(o)},
		{&l.dead, deadConfig(o)},
		{&l.audit, auditConfig(o)},
	} {
		s, err := l.create(ctx, d.config)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return fmt.Errorf("stream %s exists with other settings: start with the sizes and replicas it was made with: %w", d.config.Name, err)
		}
		if err != nil {
			return fmt.Errorf("making stream %s: %w", d.config.Name, err)
		}
		*d.into = s
	}
	blobs, err := l.js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{
		Bucket:   blobsStore,
		Storage:  jetstream.FileStorage,
		Replicas: max(o.Replicas, 1),
		MaxBytes: cmp.Or(o.MaxBytes, defaultMaxBytes) / 2,
	})
	if err != nil {
		return fmt.Errorf("making the store of blobs: %w", err)
	}
	l.blobs = blobs
	if own, ok := o.Conn.(initialiser); ok {
		return own.MarkInitialised()
	}
	return nil
}

// create makes a stream, or finds it as it should be. One that an older version made to publish less again is brought up to date.
func (l *Log) create(ctx context.Context, c jetstream.StreamConfig) (jetstream.Stream, error) {
	s, err := l.js.CreateStream(ctx, c)
	if !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return s, err
	}
	old, lost := l.js.Stream(ctx, c.Name)
	if lost != nil {
		return nil, lost
	}
	had := old.CachedInfo().Config
	if r := had.RePublish; r == nil || r.Source != "fact.invitation.>" {
		return nil, err
	}
	had.RePublish = c.RePublish
	if _, lost := l.js.UpdateStream(ctx, had); lost != nil {
		return nil, lost
	}
	return l.js.CreateStream(ctx, c) // whatever else differs is refused as ever
}

// checkTruth refuses to go on when the truth stream is gone: our own broker remembers having made it, and on any broker the
// streams made after it tell. These traces are looked for first: several processes may start at once, and whoever made a trace
// meanwhile had made the truth stream before.
func (l *Log) checkTruth(ctx context.Context, o Options) error {
	own, ok := o.Conn.(initialiser)
	made := ok && own.Initialised()
	if _, err := l.js.Stream(ctx, keysStream); err == nil {
		made = true
	}
	_, err := l.js.Stream(ctx, factsStream)
	if !errors.Is(err, jetstream.ErrStreamNotFound) {
		return err
	}
	if made {
		return fmt.Errorf("the log of facts (stream %s) was made once and is gone: "+
			"bring the broker's folder back from a copy; an empty log is not made in its place", factsStream)
	}
	return nil
}
