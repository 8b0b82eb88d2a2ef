package vault

import (
	"crypto/hmac"
	"encoding/base64"
	"strconv"
	"strings"

	"matchday/hiring"
)

// SignFeed returns a token for the address of a calendar feed of a learner or of a day: whoever holds it may read the feed, without
// an account, until a later generation is in force. It is URL-safe: the owner's ref, the generation in base 36 and 128 bits of
// HMAC-SHA256, with dots between.
func (s *Secrets) SignFeed(of hiring.Ref, generation int) string {
	gen := strconv.FormatInt(int64(generation), 36)
	sum := mac(s.derive("feed"), string(of), gen)[:16]
	return string(of) + "." + gen + "." + base64.RawURLEncoding.EncodeToString(sum)
}

// VerifyFeed returns whose feed a token of [Secrets.SignFeed] opens, and of which generation it is; whether that is still in force, the
// log knows. Anything that this installation did not sign is a [hiring.Error] of code [hiring.NotFound].
func (s *Secrets) VerifyFeed(token string) (of hiring.Ref, generation int, err error) {
	forged := hiring.Errorf(hiring.NotFound, "there is no such calendar").Mend("use the address exactly as it was given")
	if len(token) > maxLink {
		return "", 0, forged
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", 0, forged
	}
	gen, err := strconv.ParseInt(parts[1], 36, 32)
	if err != nil || gen < 0 || !hmac.Equal([]byte(token), []byte(s.SignFeed(hiring.Ref(parts[0]), int(gen)))) {
		return "", 0, forged
	}
	return hiring.Ref(parts[0]), int(gen), nil
}
