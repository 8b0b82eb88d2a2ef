package vault

import (
	"crypto/hmac"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"matchday/hiring"
)

// Desk is what a link for the day itself opens: the talks of one of a day's employers, all of them or those of one interviewer. Each is
// named by ref.
type Desk struct {
	Day         hiring.Ref
	Employer    hiring.Ref
	Interviewer hiring.Ref // empty for all
}

// KindInterviewer is the kind under which refs of interviewers are made.
const KindInterviewer hiring.Kind = "interviewer"

// SignDesk returns a token for the address of a desk: whoever holds it sees and settles the desk's talks, without an account, before
// until (to the second). It is URL-safe: the refs, the expiry in base 36 and 128 bits of HMAC-SHA256, with dots between.
func (s *Secrets) SignDesk(d Desk, until time.Time) string {
	return s.signDesk(d, strconv.FormatInt(until.Unix(), 36))
}

// VerifyDesk returns the desk that a token of [Secrets.SignDesk] opens at now, and until when. Its errors are those of
// [Secrets.VerifyLink].
func (s *Secrets) VerifyDesk(token string, now time.Time) (d Desk, until time.Time, err error) {
	forged := hiring.Errorf(hiring.NotFound, "there is no such link").Mend("open the link exactly as it was given")
	parts := strings.Split(token[:min(len(token), maxLink)], ".")
	if len(parts) != 5 {
		return Desk{}, time.Time{}, forged
	}
	d = Desk{hiring.Ref(parts[0]), hiring.Ref(parts[1]), hiring.Ref(parts[2])}
	end, err := strconv.ParseInt(parts[3], 36, 64)
	if err != nil || !hmac.Equal([]byte(token), []byte(s.signDesk(d, parts[3]))) {
		return Desk{}, time.Time{}, forged
	}
	if now.Unix() >= end {
		return Desk{}, time.Time{}, hiring.Errorf(hiring.Conflict, "this link has expired").Mend("ask whoever gave it for a new one")
	}
	return d, time.Unix(end, 0).UTC(), nil
}

func (s *Secrets) signDesk(d Desk, until string) string {
	parts := []string{string(d.Day), string(d.Employer), string(d.Interviewer), until}
	sum := mac(s.derive("desk"), parts...)[:16]
	return strings.Join(append(parts, base64.RawURLEncoding.EncodeToString(sum)), ".")
}
