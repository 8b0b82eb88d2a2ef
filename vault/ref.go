package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"

	"matchday/hiring"
)

// readable is base32 in lower case: safe in subjects, file names and URLs, and hard to misread.
var readable = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Ref returns the keyed hash that stands for an id: 26 characters of a–z and 2–7 (the first 128 bits of HMAC-SHA256). The same
// id gets different refs for different kinds.
func (s *Secrets) Ref(kind hiring.Kind, id string) hiring.Ref {
	return hiring.Ref(readable.EncodeToString(mac(s.refs, string(kind), id)[:16]))
}

// LearnerRef returns the ref of a learner's id.
func (s *Secrets) LearnerRef(id hiring.LearnerID) hiring.LearnerRef {
	return hiring.LearnerRef(s.Ref(hiring.KindLearner, string(id)))
}

// InvitationRef returns the ref of the invitation (day, opening, learner). It can be computed before the invitation exists, so
// that inviting twice names the same invitation.
func (s *Secrets) InvitationRef(day hiring.DayID, o hiring.OpeningID, l hiring.LearnerRef) hiring.Ref {
	sum := mac(s.refs, string(hiring.KindInvitation), string(day), string(o), string(l))
	return hiring.Ref(readable.EncodeToString(sum[:16]))
}

// Pseudonym returns the name under which an employer knows a learner until they accept: "L-" and 10 characters. Two employers
// cannot tell from their pseudonyms that they speak of one person.
func (s *Secrets) Pseudonym(e hiring.EmployerName, l hiring.LearnerRef) string {
	return "L-" + readable.EncodeToString(mac(s.pseudonyms, string(e), string(l)))[:10]
}

// Digest returns a keyed hash of b in 32 hex digits: equal for equal content, and of no use to someone who guesses the content.
func (s *Secrets) Digest(b []byte) string {
	return hex.EncodeToString(mac(s.digests, string(b))[:16])
}

// mac returns the HMAC-SHA256 of the parts, each preceded by its length so that ("ab","c") and ("a","bc") differ.
func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	var size [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}
