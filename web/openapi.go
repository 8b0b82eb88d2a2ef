package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// OpenAPI returns the description of the API (OpenAPI 3.1) as indented JSON, the same for every server.
func (s *Server) OpenAPI() ([]byte, error) {
	b, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describing the API: %w", err)
	}
	return append(b, '\n'), nil
}

func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) {
	b, err := s.OpenAPI()
	if err != nil {
		problemOf(err).write(w)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(b) // the caller may be gone
}

// section is the operations of one tag, for the page about the API.
type section struct {
	Name       string
	Operations []operationView
}

type operationView struct {
	Method, Path, Summary, Description, ID string
	Params                                 []paramView
	Body                                   []string
	Fields                                 []paramView
}

type paramView struct {
	Name, In, About, Type string
	Required              bool
}

// sections lists the API for its page.
func (s *Server) sections() []section {
	api := s.api.OpenAPI()
	by := map[string][]operationView{}
	for path, item := range api.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete} {
			if o == nil {
				continue
			}
			v := operationView{Method: o.Method, Path: path, Summary: o.Summary, Description: o.Description, ID: o.OperationID}
			for _, p := range o.Parameters {
				v.Params = append(v.Params, paramView{p.Name, p.In, p.Description, typeName(p.Schema), p.Required})
			}
			if o.RequestBody != nil {
				v.Body, v.Fields = s.bodyView(o.RequestBody)
			}
			by[o.Tags[0]] = append(by[o.Tags[0]], v)
		}
	}
	var list []section
	for name, ops := range by {
		slices.SortFunc(ops, func(a, b operationView) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
		})
		list = append(list, section{name, ops})
	}
	slices.SortFunc(list, func(a, b section) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// bodyView lists the content types of a body, and its fields where it is a JSON object.
func (s *Server) bodyView(b *huma.RequestBody) (types []string, fields []paramView) {
	for t, media := range b.Content {
		types = append(types, t)
		if schema := s.resolved(media.Schema); schema != nil {
			for name, property := range schema.Properties {
				fields = append(fields, paramView{name, "body", property.Description, typeName(property), slices.Contains(schema.Required, name)})
			}
		}
	}
	slices.Sort(types)
	slices.SortFunc(fields, func(a, b paramView) int { return cmp.Compare(a.Name, b.Name) })
	return types, fields
}

func (s *Server) resolved(schema *huma.Schema) *huma.Schema {
	if schema != nil && schema.Ref != "" {
		return s.api.OpenAPI().Components.Schemas.SchemaFromRef(schema.Ref)
	}
	return schema
}

func typeName(schema *huma.Schema) string {
	switch {
	case schema == nil:
		return ""
	case schema.Ref != "":
		return "object"
	case schema.Type == "array":
		return "list"
	}
	return schema.Type
}
