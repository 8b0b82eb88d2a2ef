package vault

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"matchday/hiring"
)

// maxLink bounds, in characters, what [Secrets.VerifyLink] looks at: a link of an invitation has about 56.
const maxLink = 256

// SignLink returns a token for the address of an invitation's page: whoever holds it may answer the invitation, without an
// account, before until (to the second). It is URL-safe: the ref, the expiry in base 36 and 128 bits of HMAC-SHA256, with dots
// between.
func (s *Secrets) SignLink(inv hiring.Ref, until time.Time) string {
	return s.sign(string(inv), strconv.FormatInt(until.Unix(), 36))
}

// VerifyLink returns the invitation that a token of [Secrets.SignLink] opens at now. The error is a [hiring.Error]: of code
// [hiring.NotFound] for anything this installation did not sign, whatever is wrong with it, and of code [hiring.Conflict] for a
// link that was good until it expired.
func (s *Secrets) VerifyLink(token string, now time.Time) (hiring.Ref, error) {
	forged := hiring.Errorf(hiring.NotFound, "there is no such link").Mend("open the link exactly as the message gives it")
	if len(token) > maxLink {
		return "", forged
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !hmac.Equal([]byte(token), []byte(s.sign(parts[0], parts[1]))) {
		return "", forged
	}
	until, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil {
		return "", forged
	}
	if now.Unix() >= until {
		return "", hiring.Errorf(hiring.Conflict, "this link has expired").Mend("ask whoever sent it for a new one")
	}
	return hiring.Ref(parts[0]), nil
}

// SignWishes returns a token for the address of the page on which whoever holds it may say what a learner wishes of a day, before until.
// It is no link to an invitation, nor is one of those a link to wishes.
func (s *Secrets) SignWishes(day hiring.Ref, l hiring.LearnerRef, until time.Time) string {
	return s.SignLink(hiring.Ref(wishesMark+string(day)+"-"+string(l)), until)
}

// wishesMark stands before the refs of a link to wishes; no ref of an invitation holds a dash.
const wishesMark = "w-"

// VerifyWishes returns the day and the learner of a token of [Secrets.SignWishes], with the errors of [Secrets.VerifyLink].
func (s *Secrets) VerifyWishes(token string, now time.Time) (day hiring.Ref, l hiring.LearnerRef, err error) {
	ref, err := s.VerifyLink(token, now)
	if err != nil {
		return "", "", err
	}
	rest, marked := strings.CutPrefix(string(ref), wishesMark)
	d, learner, whole := strings.Cut(rest, "-")
	if !marked || !whole {
		return "", "", hiring.Errorf(hiring.NotFound, "there is no such link").Mend("open the link exactly as the message gives it")
	}
	return hiring.Ref(d), hiring.LearnerRef(learner), nil
}

func (s *Secrets) sign(ref, until string) string {
	sum := mac(s.links, ref, until)[:16]
	return ref + "." + until + "." + base64.RawURLEncoding.EncodeToString(sum)
}

// NewToken returns a fresh bearer token: "md_" and 256 random bits in 43 URL-safe characters.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the process first
	return "md_" + base64.RawURLEncoding.EncodeToString(b)
}

// TokenHash returns the SHA-256 of a token in hex, which is all that is stored of it. A token holds 256 random bits, so a plain
// hash cannot be searched.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// OperatorToken returns the token by which whoever holds the secrets file is an operator: the way in before any other token
// exists, and the command line's own.
func (s *Secrets) OperatorToken() string { return "md_" + s.Password("operator token") }

// typed is the alphabet of reply codes: digits and capitals without I, L, O and U, which are misread (Crockford's base 32).
const typed = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ReplyCode returns the code by which an invitation can be answered from a telephone: 50 bits of HMAC-SHA256 in two groups of five
// characters. It is stored nowhere: whoever holds the installation's secret derives it.
func (s *Secrets) ReplyCode(inv hiring.Ref) string {
	return spell(mac(s.codes, string(inv)), replyLength)
}

// TidyCode returns a code as [Secrets.ReplyCode] writes it from one that a person typed: case, blanks and dashes do not matter, and what
// is misread is read as it was meant. It is empty for what is no code.
func TidyCode(text string) string { return tidy(text, replyLength) }

// CheckInCode returns the code that a learner shows, or says, on arrival at an accepted talk: 30 bits of HMAC-SHA256 in two groups of
// three characters. It is looked for among the talks of one day only, answers nothing, and is stored nowhere.
func (s *Secrets) CheckInCode(inv hiring.Ref) string {
	return spell(mac(s.derive("check-in code"), string(inv)), checkInLength)
}

// TidyCheckIn is [TidyCode] for codes of [Secrets.CheckInCode].
func TidyCheckIn(text string) string { return tidy(text, checkInLength) }

// The lengths of codes in characters, without the dash in their middle.
const (
	replyLength   = 10
	checkInLength = 6
)

// spell writes the first 5×length bits of a sum in two groups. Length is 12 at most.
func spell(sum []byte, length int) string {
	bits := binary.BigEndian.Uint64(sum)
	code := make([]byte, 0, length+1)
	for i := range length {
		if i == length/2 {
			code = append(code, '-')
		}
		code = append(code, typed[bits>>(59-5*i)&31])
	}
	return string(code)
}

func tidy(text string, length int) string {
	if len(text) > 64 {
		return ""
	}
	code := make([]byte, 0, length+1)
	for _, c := range []byte(strings.ToUpper(text)) {
		switch c {
		case ' ', '-', '\t':
			continue
		case 'O':
			c = '0'
		case 'I', 'L':
			c = '1'
		}
		if strings.IndexByte(typed, c) < 0 {
			return ""
		}
		if len(code) == length/2 {
			code = append(code, '-')
		}
		code = append(code, c)
	}
	if len(code) != length+1 {
		return ""
	}
	return string(code)
}
