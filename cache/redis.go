package cache

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// patience is how long one exchange with Redis may take: a cache that is slower than this is not one.
const patience = 500 * time.Millisecond

// remote is the cache in Redis, with one in process to count with while Redis is not to be had. It uses plain commands of Redis
// 7.0 only: GET, SET, DEL, INCR, PEXPIRE, MULTI.
type remote struct {
	client *redis.Client
	local  *memory
	now    func() time.Time
	outage *outage
	secret []byte // authenticates values
	prefix string // of every key
}

func newRemote(ctx context.Context, url string, local *memory, o options) (*remote, error) {
	c, err := redis.ParseURL(url)
	if err != nil { // not wrapped: it repeats the URL, and with it a password
		return nil, errors.New("cache: the Redis URL is malformed; write redis://[[user]:password@]host:port[/database] or unix:///path")
	}
	c.DialTimeout, c.ReadTimeout, c.WriteTimeout, c.PoolTimeout = patience, patience, patience, patience
	c.MaxRetries, c.DialerRetries = -1, 1
	c.ContextTimeoutEnabled = true
	c.DisableIdentity = true // CLIENT SETINFO is of 7.2
	c.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	logging.Disable() // go-redis writes each failure to standard error; outage says what there is to say, once
	space := sha256.Sum256([]byte("matchday cache v1 " + o.key))
	r := &remote{
		client: redis.NewClient(c), local: local, now: o.now,
		outage: newOutage(o.logger, c.Addr, o.now),
		secret: []byte(o.key),
		prefix: "matchday:" + hex.EncodeToString(space[:8]) + ":",
	}
	r.outage.note(r.client.Ping(ctx).Err()) // so that a wrong address shows at the start
	return r, nil
}

// Get implements [Cache].
func (r *remote) Get(ctx context.Context, key string) ([]byte, bool, error) {
	if !r.outage.try() {
		return nil, false, ctx.Err()
	}
	key = r.prefix + "v:" + key
	stored, err := r.client.Get(ctx, key).Bytes()
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	r.outage.note(err)
	value, ok := r.open(key, stored) // not after an error: nothing is stored then
	return value, ok, nil
}

// Set implements [Cache].
func (r *remote) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if !r.outage.try() {
		return ctx.Err()
	}
	key = r.prefix + "v:" + key
	var err error
	if len(value) > MaxValue || ttl < time.Millisecond {
		err = r.client.Del(ctx, key).Err()
	} else {
		err = r.client.Set(ctx, key, r.seal(key, value), ttl).Err()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.outage.note(err)
	return nil
}

// Count implements [Cache].
func (r *remote) Count(ctx context.Context, key string, length time.Duration) (int64, error) {
	w, err := windowAt(r.now(), length)
	if err != nil {
		return 0, err
	}
	if !r.outage.try() {
		return r.local.Count(ctx, key, length)
	}
	n, err := r.count(ctx, key, w)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	r.outage.note(err)
	if err != nil {
		return r.local.Count(ctx, key, length)
	}
	return n, nil
}

// count counts in Redis. A counter that is none (a foreign value under its name) is removed, so that the next count is right.
func (r *remote) count(ctx context.Context, key string, w window) (int64, error) {
	name := func(number int64) string { return fmt.Sprintf("%sc:%d:%d:%s", r.prefix, w.length, number, key) }
	var current *redis.IntCmd
	var before *redis.StringCmd
	_, _ = r.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		current = p.Incr(ctx, name(w.number))
		p.PExpire(ctx, name(w.number), 2*w.length)
		before = p.Get(ctx, name(w.number-1))
		return nil
	}) // each command knows its own error
	if isForeign(current.Err()) || current.Err() == nil && current.Val() < 1 {
		if err := r.client.Del(ctx, name(w.number)).Err(); err != nil {
			return 0, err
		}
		return 0, errForeign
	}
	if err := current.Err(); err != nil {
		return 0, err
	}
	past, err := before.Int64() // none, or none that is a number: nothing to weigh
	if err != nil || past < 0 {
		past = 0
	}
	return w.count(past, current.Val()), nil
}

// Close implements [io.Closer].
func (r *remote) Close() error {
	return errors.Join(r.client.Close(), r.local.Close())
}

// macSize is how much of the HMAC-SHA256 stands in front of a value, in bytes.
const macSize = 16

// seal puts a version and a code that authenticates key and value in front of the value.
func (r *remote) seal(key string, value []byte) []byte {
	sealed := append([]byte{1}, r.mac(key, value)...)
	return append(sealed, value...)
}

// open is the inverse of seal; false for anything this installation did not write under this key.
func (r *remote) open(key string, sealed []byte) ([]byte, bool) {
	if len(sealed) < 1+macSize || sealed[0] != 1 {
		return nil, false
	}
	value := sealed[1+macSize:]
	return value, hmac.Equal(sealed[1:1+macSize], r.mac(key, value))
}

func (r *remote) mac(key string, value []byte) []byte {
	h := hmac.New(sha256.New, r.secret)
	fmt.Fprintf(h, "%d:%s", len(key), key)
	h.Write(value)
	return h.Sum(nil)[:macSize]
}
