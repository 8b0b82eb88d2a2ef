package test

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"matchday/hiring"
)

// enums are the values of hiring's string types, as their constants say.
var enums = map[reflect.Type][]any{
	reflect.TypeFor[hiring.Need]():             {hiring.Essential, hiring.Optional, hiring.Trainable},
	reflect.TypeFor[hiring.Mode]():             {hiring.Onsite, hiring.Hybrid, hiring.Remote},
	reflect.TypeFor[hiring.Degree]():           {hiring.DegreeNone, hiring.DegreePreferred, hiring.DegreeRequired, hiring.DegreeOrExperience},
	reflect.TypeFor[hiring.Proof]():            {hiring.ProofVerified, hiring.ProofRecorded, hiring.ProofClaimed, hiring.ProofWork, hiring.ProofSelf},
	reflect.TypeFor[hiring.Relation]():         {hiring.Same, hiring.Narrower, hiring.Broader, hiring.Sibling, hiring.Related},
	reflect.TypeFor[hiring.DayKind]():          {hiring.Interviews, hiring.Workshop},
	reflect.TypeFor[hiring.DayStatus]():        {hiring.StatusDraft, hiring.StatusOpen, hiring.StatusClosed, hiring.StatusHeld, hiring.StatusArchived, hiring.StatusCancelled},
	reflect.TypeFor[hiring.InvitationStatus](): {hiring.Sent, hiring.Opened, hiring.Waiting, hiring.Offered, hiring.Accepted, hiring.Declined, hiring.Expired, hiring.Withdrawn},
	reflect.TypeFor[hiring.Admission]():        {hiring.AdmitOpen, hiring.AdmitSelected, hiring.AdmitScheduled},
	reflect.TypeFor[hiring.TalkFormat]():       {hiring.ByVideo, hiring.ByPhone, hiring.AtPlace},
	reflect.TypeFor[hiring.Presence]():         {hiring.RunningLate, hiring.CheckedIn, hiring.Attended, hiring.Excused, hiring.NoShow},
	reflect.TypeFor[hiring.Result]():           {hiring.GotOffer, hiring.Hired, hiring.TurnedDown, hiring.NotOffered},
	reflect.TypeFor[hiring.WishCode](): {
		hiring.WishGranted, hiring.WishNotRanked, hiring.WishNoLanguage, hiring.WishNoSharedTime, hiring.WishNoPlace, hiring.WishPreferred, hiring.WishOutranked,
		hiring.WishPromised, hiring.WishCrowded, hiring.WishCrossed, hiring.WishBarred, hiring.WishReview,
	},
	reflect.TypeFor[hiring.Role](): {hiring.RoleEmployer, hiring.RoleLearner, hiring.RoleRecruiter, hiring.RoleProvider, hiring.RoleOperator},
}

// schemaOf describes how encoding/json writes a value of type t, as a JSON Schema (draft 2020-12). A field without omitempty or
// omitzero is required, and nothing else than the fields may appear.
func schemaOf(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case reflect.TypeFor[hiring.Score]():
		return map[string]any{"type": "number", "minimum": 0, "maximum": 1}
	case reflect.TypeFor[[]byte]():
		return map[string]any{"type": "string", "contentEncoding": "base64"}
	}
	if values, ok := enums[t]; ok {
		return map[string]any{"type": "string", "enum": values}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Struct:
		properties, required := map[string]any{}, []string{}
		fieldsOf(t, properties, &required)
		return map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	}
	panic("no schema for " + t.String())
}

func fieldsOf(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			fieldsOf(f.Type, properties, required)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		schema := schemaOf(f.Type)
		optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		if !optional {
			*required = append(*required, name)
			if k := f.Type.Kind(); k == reflect.Slice && f.Type != reflect.TypeFor[[]byte]() {
				schema["type"] = []string{"array", "null"}
			}
		}
		properties[name] = schema
	}
}

func indented(v any) string {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(b)
}
