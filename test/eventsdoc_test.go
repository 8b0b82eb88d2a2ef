package test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"matchday/hiring"
)

var update = flag.Bool("update", false, "write committed files anew from the code")

const eventsDoc = "../docs/events.md"

// event documents one type of message.
type event struct {
	kind, subject, meaning string
	example                any // a value of the body's type
}

var (
	when    = time.Date(2027, 3, 1, 15, 0, 0, 0, time.UTC)
	sql     = hiring.SkillRef{Skill: "http://data.europa.eu/esco/skill/598de5b0-5b58-4ea7-8058-a4bc4d18c742", Name: "SQL", Said: "sql", By: "esco@1.1.1"}
	match   = hiring.Match{Opening: "acme/42", Learner: "k3…", Score: 731_250, Matched: []hiring.SkillID{sql.Skill}, Missing: []hiring.SkillID{"text:tableau"}, Parts: []hiring.Part{{Skill: sql.Skill, Name: "SQL", Need: hiring.Essential, Value: 731_250, Credit: 950_000, By: sql.Skill, Relation: hiring.Same, Proof: hiring.ProofRecorded, Credential: "Google Data Analytics"}}, Breadth: 12_000}
	slot    = hiring.Slot{Start: when, End: when.Add(30 * time.Minute), Seats: 2}
	opening = hiring.Opening{ID: "acme/42", Title: "Junior data analyst", Employer: "Acme", Skills: []hiring.Requirement{{SkillRef: sql, Need: hiring.Essential}}, Degree: hiring.DegreeOrExperience, Mode: hiring.Hybrid}
	learner = hiring.Learner{ID: "ana", Ref: "k3…", Skills: []hiring.HeldSkill{{SkillRef: sql, From: "work"}}, Claims: []hiring.Claim{{Programme: "google/data-analytics", Date: &when}}, Languages: []string{"es"}, Visible: true, RegisteredBy: hiring.Actor{Role: hiring.RoleOperator, Subject: "cli"}, Sealed: []byte("…"), Digest: "9f…"}
	earned  = hiring.Credential{ID: "completion:…", Learner: "k3…", Programme: "google/data-analytics", Date: &when, Proof: hiring.ProofRecorded, RecordedBy: hiring.Actor{Role: hiring.RoleProvider, Subject: "Google"}}
	course  = hiring.Programme{ID: "google/data-analytics", Name: "Google Data Analytics", Provider: "Google", Skills: []hiring.TaughtSkill{{SkillRef: sql, Level: 2}}, Price: &hiring.Money{Amount: 49, Currency: "USD"}, Months: 6}
	day     = hiring.Day{ID: "acme/spring", Ref: "q7…", Employer: "Acme", Title: "Spring interviews", Kind: hiring.Interviews, Zone: "America/Chicago", Openings: []hiring.OpeningID{"acme/42"}, Slots: []hiring.Slot{slot}, Bar: 500_000, ReplyWithin: 259_200, Deadline: when.Add(-24 * time.Hour), Status: hiring.StatusOpen}
	pay     = hiring.Pay{Min: 24, Currency: "USD", Per: "hour"}
)

func solvedDay() hiring.Day {
	d := day
	d.Admission, d.SolvedAt = hiring.AdmitScheduled, &when
	d.Interviewers = []hiring.Interviewer{{ID: "table-1", Employer: "Acme", Languages: []string{"en"}}}
	return d
}

// dayAs is the day as it stands after a fact of it.
func dayAs(s hiring.DayStatus) hiring.Day {
	d := day
	d.Status = s
	return d
}

// changedDay is the open day, its one slot moved by an hour and its access told anew.
func changedDay() hiring.Day {
	d := day
	d.Revision, d.Details, d.Access = 1, 1, "Ring at the side door"
	d.Slots = []hiring.Slot{{Start: when.Add(time.Hour), End: when.Add(90 * time.Minute), Seats: 2}}
	d.Moves = []hiring.Move{{From: when, To: when.Add(time.Hour)}}
	return d
}

// afterTalk is an accepted invitation with what was said of the talk.
func afterTalk(a hiring.Attendance, e, l *hiring.Outcome) hiring.Invitation {
	i := invitation(hiring.Accepted)
	i.Attendance, i.EmployerOutcome, i.LearnerOutcome = &a, e, l
	return i
}

func wishes(answers []hiring.WishAnswer) hiring.Wishes {
	return hiring.Wishes{Day: day.ID, Learner: "k3…", Openings: []hiring.OpeningID{"acme/42", "acme/43"}, Talks: 1, Answers: answers, Command: "c…"}
}

func invitation(s hiring.InvitationStatus) hiring.Invitation {
	i := hiring.Invitation{Ref: "x2…", Day: day.ID, Opening: opening.ID, Employer: "Acme", Learner: "k3…", Status: s, SentAt: when.Add(-96 * time.Hour), Expires: when.Add(-24 * time.Hour), Match: match}
	switch s {
	case hiring.Accepted:
		i.Slot, i.Sequence = &slot, 1
		i.Attendance = &hiring.Attendance{Presence: hiring.CheckedIn, At: when}
		i.LearnerOutcome = &hiring.Outcome{Result: hiring.GotOffer, Pay: &pay, At: when}
	case hiring.Waiting:
		i.WaitingSince = &when
	case hiring.Offered:
		i.WaitingSince, i.Offer = &when, &hiring.Offer{Slot: slot, Until: when.Add(-time.Hour)}
	case hiring.Opened:
		i.Proposal = &hiring.Proposal{Start: when.Add(time.Hour), At: when.Add(-time.Hour)}
	case hiring.Declined:
		i.Reason, i.EndedAt = "time", &when
	}
	return i
}

// documented lists every type of fact, in the order of docs/events.md.
var documented = []event{
	{hiring.TaxonomyReleased, "fact.taxonomy.<name>", "A release of a taxonomy was loaded; the blob holds its concepts.", hiring.Taxonomy{Name: "esco", Release: "1.1.1", Blob: "5c…", Skills: 13896, Labels: 120000}},
	{hiring.RarityFrozen, "fact.rarity.current", "A table of how rare skills are was frozen; rankings name it.", hiring.Rarity{Blob: "77…", Openings: 120, Position: 4711}},
	{hiring.ProgrammePublished, "fact.programme.<ref>", "A provider offers a programme, or changed it.", course},
	{hiring.ProgrammeWithdrawn, "fact.programme.<ref>", "A programme is offered no more; credentials of it stand.", course},
	{hiring.OpeningPosted, "fact.opening.<ref>", "An employer posted an opening.", opening},
	{hiring.OpeningChanged, "fact.opening.<ref>", "An opening changed.", opening},
	{hiring.OpeningReleased, "fact.opening.<ref>", "An opening that was held for review is shown.", opening},
	{hiring.OpeningWithdrawn, "fact.opening.<ref>", "An opening takes nobody any more.", opening},
	{hiring.LearnerRecorded, "fact.learner.<ref>", "A learner was taken in. What names or reaches the person stands in sealed.", learner},
	{hiring.LearnerChanged, "fact.learner.<ref>", "A learner's record changed.", learner},
	{hiring.LearnerConsented, "fact.learner.<ref>", "A learner agreed to be shown to employers by pseudonym, or ended that.", learner},
	{hiring.LearnerErased, "fact.learner.<ref>", "A person was erased: this tombstone is all that stays.", hiring.Learner{Ref: "k3…", Erased: true}},
	{hiring.CredentialEarned, "fact.credential.<learner>.<ref>", "A completion or badge reached Matchday.", earned},
	{hiring.CredentialChanged, "fact.credential.<learner>.<ref>", "A credential's record changed.", earned},
	{hiring.CredentialRevoked, "fact.credential.<learner>.<ref>", "A credential counts no more.", earned},
	{hiring.DayDrafted, "fact.day.<ref>", "An employer drafted an interview day, or changed the draft.", dayAs(hiring.StatusDraft)},
	{hiring.DayOpened, "fact.day.<ref>", "The day is open: invitations go out.", day},
	{hiring.DayChanged, "fact.day.<ref>", "An open or closed day changed: place, link, access, format, a slot moved, cancelled or added.", changedDay()},
	{hiring.DayClosed, "fact.day.<ref>", "No further invitations go out.", dayAs(hiring.StatusClosed)},
	{hiring.DaySolved, "fact.day.<ref>", "A scheduled day is solved: wishes are no longer taken, and invitations to fixed times go out.", solvedDay()},
	{hiring.DayHeld, "fact.day.<ref>", "The talks took place.", dayAs(hiring.StatusHeld)},
	{hiring.DayArchived, "fact.day.<ref>", "Nothing more is to be done about the day.", dayAs(hiring.StatusArchived)},
	{hiring.DayCancelled, "fact.day.<ref>", "The day does not take place.", dayAs(hiring.StatusCancelled)},
	{hiring.InvitationSent, "fact.invitation.<day>.<opening>.<learner>", "A learner is invited; match says why.", invitation(hiring.Sent)},
	{hiring.InvitationOpened, "fact.invitation.<day>.<opening>.<learner>", "The learner has read the invitation.", invitation(hiring.Opened)},
	{hiring.InvitationWaiting, "fact.invitation.<day>.<opening>.<learner>", "No seat was left, or the learner's time was cancelled: they wait, waitingSince in order.", invitation(hiring.Waiting)},
	{hiring.InvitationOffered, "fact.invitation.<day>.<opening>.<learner>", "A freed seat is held for the learner until offer.until.", invitation(hiring.Offered)},
	{hiring.InvitationAccepted, "fact.invitation.<day>.<opening>.<learner>", "The learner accepted; slot is the seat.", invitation(hiring.Accepted)},
	{hiring.InvitationProposed, "fact.invitation.<day>.<opening>.<learner>", "The learner asked for another time: proposal.", invitation(hiring.Opened)},
	{hiring.InvitationRefused, "fact.invitation.<day>.<opening>.<learner>", "The proposal was refused; the invitation stands as before.", invitation(hiring.Opened)},
	{hiring.InvitationMoved, "fact.invitation.<day>.<opening>.<learner>", "The learner sits at another time now: slot; former is the time before.", invitation(hiring.Accepted)},
	{hiring.InvitationChanged, "fact.invitation.<day>.<opening>.<learner>", "The day changed in what concerns this learner.", invitation(hiring.Accepted)},
	{hiring.InvitationReturned, "fact.invitation.<day>.<opening>.<learner>", "The learner gave the accepted seat back.", invitation(hiring.Declined)},
	{hiring.InvitationReminded, "fact.invitation.<day>.<opening>.<learner>", "The learner was reminded of the talk.", invitation(hiring.Accepted)},
	{hiring.InvitationAttended, "fact.invitation.<day>.<opening>.<learner>", "What is known of the learner's coming changed: attendance; late with minutes, checkedIn, attended, excused or noShow. Corrections are facts too.", afterTalk(hiring.Attendance{Presence: hiring.RunningLate, At: when.Add(-20 * time.Minute), Minutes: 15}, nil, nil)},
	{hiring.InvitationOutcome, "fact.invitation.<day>.<opening>.<learner>", "One side said what came of the talk. Where the two disagree both stand: employerOutcome and learnerOutcome.", afterTalk(hiring.Attendance{Presence: hiring.Attended, At: when}, &hiring.Outcome{Result: hiring.NotOffered, At: when.Add(48 * time.Hour)}, &hiring.Outcome{Result: hiring.Hired, Pay: &pay, At: when.Add(72 * time.Hour)})},
	{hiring.InvitationDeclined, "fact.invitation.<day>.<opening>.<learner>", "The learner declined, or gave the seat back.", invitation(hiring.Declined)},
	{hiring.InvitationExpired, "fact.invitation.<day>.<opening>.<learner>", "No answer came in time.", invitation(hiring.Expired)},
	{hiring.InvitationRecalled, "fact.invitation.<day>.<opening>.<learner>", "The day was cancelled or the learner erased.", invitation(hiring.Withdrawn)},
	{hiring.BookingChanged, "fact.booking.<learner>", "What a learner has accepted over all days: the guard against two talks at one time.", hiring.Booking{Learner: "k3…", Talks: []hiring.Talk{{Day: day.ID, Invitation: "x2…", Slot: slot}}}},
	{hiring.WishesAsked, "fact.wish.<day>.<learner>", "A learner who could be invited to a scheduled day is asked what they wish: a mail goes out, once.", hiring.Wishes{Day: day.ID, Learner: "k3…", Openings: []hiring.OpeningID{}}},
	{hiring.WishesStated, "fact.wish.<day>.<learner>", "Which openings of a scheduled day a learner would talk about, the dearest first.", wishes(nil)},
	{hiring.WishesAnswered, "fact.wish.<day>.<learner>", "What became of each wish when the day was solved, and why; again when a repair changed that.", wishes([]hiring.WishAnswer{{Opening: "acme/42", Code: hiring.WishGranted}, {Opening: "acme/43", Code: hiring.WishOutranked, Above: 4, Places: 4}})},
	{hiring.EmployerVerified, "fact.employer.<ref>", "An operator verified that an employer is who it says.", hiring.Employer{Name: "Acme", Verified: true, By: hiring.Actor{Role: hiring.RoleOperator, Subject: "cli"}, At: when}},
	{hiring.EmployerSuspended, "fact.employer.<ref>", "An operator took that back.", hiring.Employer{Name: "Acme", By: hiring.Actor{Role: hiring.RoleOperator, Subject: "cli"}, At: when}},
	{hiring.FeedRevoked, "fact.feed.<ref>", "The secret address of a learner's or a day's calendar is good no more: the next generation's is.", hiring.Feed{Of: "k3…", Generation: 1}},
	{hiring.TokenCreated, "fact.token.<hash>", "An API token was made; only its hash is kept.", hiring.Token{Hash: "ab…", Actor: hiring.Actor{Role: hiring.RoleEmployer, Subject: "Acme"}}},
	{hiring.TokenRevoked, "fact.token.<hash>", "An API token works no more.", hiring.Token{Hash: "ab…", Actor: hiring.Actor{Role: hiring.RoleEmployer, Subject: "Acme"}, Revoked: true}},
}

// schemaFor compiles the schema of a type of fact.
func schemaFor(t testing.TB, e event) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(indented(bodySchema(e))))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(e.kind, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(e.kind)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func bodySchema(e event) map[string]any {
	s := schemaOf(reflect.TypeOf(e.example))
	if e.kind == hiring.LearnerErased {
		s["required"] = []string{"ref", "erased"}
	}
	return s
}

// checkFact fails the test when a fact's body does not fit the schema of its type.
func checkFact(t testing.TB, f hiring.Fact) {
	t.Helper()
	for _, e := range documented {
		if e.kind != f.Type {
			continue
		}
		body, err := jsonschema.UnmarshalJSON(bytes.NewReader(f.Data))
		if err == nil {
			err = schemaFor(t, e).Validate(body)
		}
		if err != nil {
			t.Errorf("fact %d on %s: %v", f.Seq, f.Subject, err)
		}
		return
	}
	t.Errorf("fact %d has the type %q, which docs/events.md does not know", f.Seq, f.Type)
}

func TestEventsDocIsComplete(t *testing.T) {
	for _, kind := range declaredTypes(t) {
		found := false
		for _, e := range documented {
			found = found || e.kind == kind
		}
		if !found {
			t.Errorf("%s is declared in hiring and not documented", kind)
		}
	}
	for _, e := range documented {
		b, err := json.Marshal(e.example)
		if err != nil {
			t.Fatal(err)
		}
		checkFact(t, hiring.Fact{Type: e.kind, Subject: e.subject, Data: b})
	}
}

func TestEventsDocIsCurrent(t *testing.T) {
	want := renderEvents()
	if *update {
		if err := os.WriteFile(eventsDoc, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(eventsDoc)
	if err != nil || string(got) != want {
		t.Errorf("docs/events.md is not what the code says (%v); run 'make docs' and look at the difference", err)
	}
}

// declaredTypes reads the constants of fact types out of the source of hiring.
func declaredTypes(t *testing.T) (list []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "../hiring/fact.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, _ := strconv.Unquote(lit.Value); strings.HasPrefix(s, "matchday.") {
				list = append(list, s)
			}
		}
		return true
	})
	if len(list) == 0 {
		t.Fatal("no types found")
	}
	return list
}

func renderEvents() string {
	var b strings.Builder
	b.WriteString(eventsPreface)
	for i, e := range documented {
		if i == 0 || documented[i-1].subject != e.subject {
			fmt.Fprintf(&b, "\n## %s\n\n| type | what happened |\n|---|---|\n", e.subject)
			for _, same := range documented {
				if same.subject == e.subject {
					fmt.Fprintf(&b, "| `%s` | %s |\n", same.kind, same.meaning)
				}
			}
			fmt.Fprintf(&b, "\n```json\n%s\n```\n%s\n<details><summary>JSON Schema</summary>\n\n```json\n%s\n```\n\n</details>\n", indented(e.example), examplesOf(e.subject), indented(bodySchema(e)))
		}
	}
	return b.String()
}

// examplesOf shows one body for each type of what listeners outside hear.
func examplesOf(subject string) string {
	kind := hiring.Fact{Subject: subject}.Kind()
	if kind != hiring.KindDay && kind != hiring.KindInvitation {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n<details><summary>An example of each type</summary>\n\n")
	for _, e := range documented {
		if e.subject == subject {
			body, _ := json.Marshal(e.example) // checked by TestEventsDocIsComplete
			fmt.Fprintf(&b, "`%s`\n\n```json\n%s\n```\n\n", e.kind, body)
		}
	}
	return b.String() + "</details>\n"
}

const eventsPreface = `# Events

One truth stream, ` + "`FACTS`" + `, holds every fact on a subject ` + "`fact.<kind>.<ref>…`" + `. A fact carries its entity's whole new state; the
last message of a subject is the entity, its sequence the ETag. Refs are keyed hashes of the ids that senders gave (package vault), so no
subject shows an id. Bodies are JSON; the attributes of CloudEvents 1.0 travel as NATS headers (binary mode):

| header | holds |
|---|---|
| ` + "`ce-specversion`" + ` | ` + "`1.0`" + ` |
| ` + "`ce-id`" + ` | unique id of this fact, also ` + "`Nats-Msg-Id`" + ` |
| ` + "`ce-type`" + ` | what happened: the types below; the version names the shape of the body |
| ` + "`ce-source`" + ` | the role that published it |
| ` + "`ce-time`" + ` | when, RFC 3339 |

Beside it stand streams that are not truth or not facts:

| stream | subjects | holds |
|---|---|---|
| ` + "`KEYS`" + ` | ` + "`key.<learner>`" + ` | the wrapped key of each person's sealed data; erasing a person destroys it |
| ` + "`RANKINGS`" + ` | ` + "`match.opening.<ref>`, `match.learner.<ref>`" + ` | the top 200 of each ranking with its parts, kept for 30 days |
| ` + "`DEAD`" + ` | ` + "`dead.<consumer>`" + ` | what a consumer could not handle after five tries, with the reason |
| ` + "`AUDIT`" + ` | ` + "`audit.refusals`" + ` | requests that were refused: when, which role and token, which route, with which status; kept 90 days |

**For listeners outside:** every fact of an invitation is published again as ` + "`invitation.<day>.<opening>.<learner>`" + ` once it is stored, body and
headers unchanged, and every fact of a day as ` + "`day.<ref>`" + `. Subscribe to ` + "`invitation.>`" + ` and ` + "`day.>`" + ` with the credentials that ` + "`serve --nats-listen`" + ` prints;
what the broker refused never shows there.

Generated from the code by ` + "`make docs`" + `; a test fails when it is out of date or a type is missing.
`
