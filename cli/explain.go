package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"matchday/hiring"
)

// unreached explains why a request got no answer. The address of a request is left out: people know --server, and in process there
// is none.
func (cl *client) unreached(err error) error {
	if request := (*url.Error)(nil); errors.As(err, &request) {
		err = request.Err
	}
	var dial *net.OpError
	var name *net.DNSError
	switch {
	case cl.app != nil:
		return err // mostly that of reading what was to be sent
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("what answers at %s speaks http, not https", cl.base)
	case errors.As(err, &name):
		return fmt.Errorf("no host is called %s: see --server", name.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing answers at %s: is 'matchday serve' running there?", cl.base)
	case errors.As(err, &dial) && dial.Op == "dial":
		return fmt.Errorf("%s cannot be reached: %w", cl.base, dial.Err)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return fmt.Errorf("%s broke the connection off: did Matchday stop there?", cl.base)
	}
	return err
}

// refused explains an answer that is none of success. A problem of Matchday's becomes a [hiring.Error].
func (cl *client) refused(resp *http.Response, body []byte) error {
	var problem struct {
		Title, Detail, Fix string
		Code               hiring.Code
	}
	switch {
	case json.Unmarshal(body, &problem) == nil && problem.Title != "" && problem.Code != "":
	case strings.Contains(string(body), "HTTP request to an HTTPS server"):
		return fmt.Errorf("what answers at %s speaks https, not http", cl.base)
	default:
		return fmt.Errorf("what answers at %s is no Matchday: %s", cl.base, resp.Status)
	}
	if problem.Code == hiring.Unauthenticated {
		return &hiring.Error{Code: problem.Code, Message: "the token of --token is not known there or was revoked"}
	}
	if problem.Detail == "" {
		problem.Detail = problem.Title
	}
	return &hiring.Error{Code: problem.Code, Message: problem.Detail, Fix: asCommand.Replace(problem.Fix)}
}

// asCommand says to people on the command line what the API says to programs.
var asCommand = strings.NewReplacer(
	"ask for one learner's matches instead", "use 'matchday match --learner ID'",
	"use PUT /v1/learners/{id}", "see 'matchday learner --help'",
	"see /docs for the fields", "see docs/interchange.md for the fields",
	"see /docs for the types", "see docs/interchange.md for the types",
	"see /docs for the type", "see docs/interchange.md for the type",
	"see /docs for the API", "see 'matchday --help'",
)

// named is what a command was asked about: the API never repeats an id, so that it stays out of logs; the person typed it and may
// see it.
type named struct{ kind, id, find string }

// explain says which thing it is that is not there, and how to find the ones that are.
func (n named) explain(err error) error {
	if hiring.CodeOf(err) != hiring.NotFound || n.id == "" {
		return err
	}
	if n.find != "" {
		return fmt.Errorf("%s %s: %w; %s", n.kind, n.id, err, n.find)
	}
	return fmt.Errorf("%s %s: %w", n.kind, n.id, err)
}

func anOpening(id string) named {
	return named{"opening", id, "find ids with 'matchday search openings'"}
}

func aLearner(id string) named {
	return named{"learner", id, "find ids with 'matchday search learners'"}
}

func aProgramme(id string) named { return named{"programme", id, ""} }

func aDay(id string) named { return named{"day", id, "make one with 'matchday day plan'"} }

func anInvitation(ref string) named {
	return named{"invitation", ref, "find refs with 'matchday invitation list --learner ID' or 'matchday day show ID'"}
}

// readJSON decodes the one JSON value of b strictly into v. Errors name the field, what is wrong and how to mend it.
func readJSON(b []byte, v any) error {
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			return hiring.Errorf(hiring.Invalid, "goes on after its JSON value").Mend("give one object")
		}
		return nil
	}
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	unknown, isUnknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.Is(err, io.EOF):
		return hiring.Errorf(hiring.Invalid, "is empty").Mend("give one JSON object")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return hiring.Errorf(hiring.Invalid, "ends in the middle of its JSON").Mend("close what is open")
	case errors.As(err, &syntax):
		return hiring.Errorf(hiring.Invalid, "is not JSON from byte %d on", syntax.Offset).Mend("check it with any JSON tool")
	case errors.As(err, &mismatch) && mismatch.Field == "":
		return hiring.Errorf(hiring.Invalid, "is %s, not an object", article(mismatch.Value)).Mend("write it in braces, {…}")
	case errors.As(err, &mismatch):
		return hiring.Invalidf(mismatch.Field, "is %s", article(mismatch.Value)).Mend("write " + jsonName(mismatch.Type.Kind().String()))
	case isUnknown:
		return hiring.Errorf(hiring.Invalid, "has the field %s, which is not known", unknown).Mend("leave it out, or see docs/interchange.md for its name")
	}
	return hiring.Errorf(hiring.Invalid, "%v", err)
}

// article puts one before what JSON calls a value.
func article(value string) string {
	if strings.ContainsRune("aeiou", rune(value[0])) {
		return "an " + value
	}
	return "a " + value
}

// jsonName is what JSON calls values of a kind of Go's.
func jsonName(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "a whole number, without quotes"
	case strings.HasPrefix(kind, "float"):
		return "a number, without quotes"
	case kind == "bool":
		return "true or false"
	case kind == "string":
		return "text, in quotes"
	case kind == "slice":
		return "a list, as in […]"
	}
	return "an object, as in {…}"
}
