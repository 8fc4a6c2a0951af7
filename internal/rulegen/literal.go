package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// literal prints a value of package leastagency as Go source that the compiler lays out as data: no
// function calls and no maps, so that nothing runs at start-up.
func literal(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v), true)
	return b.String()
}

func write(b *strings.Builder, v reflect.Value, typed bool) {
	name := strings.TrimPrefix(strings.ReplaceAll(v.Type().String(), "leastagency.", ""), "*")
	switch v.Kind() {
	case reflect.Pointer:
		b.WriteString("&")
		write(b, v.Elem(), true)
	case reflect.String:
		b.WriteString(strconv.Quote(v.String()))
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int:
		b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint8:
		if names := constants[name]; int(v.Uint()) < len(names) {
			b.WriteString(names[v.Uint()])
		} else {
			fmt.Fprintf(b, "%s(%d)", name, v.Uint())
		}
	case reflect.Slice:
		if typed {
			b.WriteString(name)
		}
		lines := v.Type().Elem().Kind() == reflect.Struct
		b.WriteString("{")
		for i := range v.Len() {
			if lines {
				b.WriteString("\n")
			}
			write(b, v.Index(i), false)
			b.WriteString(",")
		}
		if lines && v.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString("}")
	case reflect.Struct:
		if typed {
			b.WriteString(name)
		}
		b.WriteString("{")
		for i := range v.NumField() {
			if field := v.Field(i); !field.IsZero() {
				b.WriteString(v.Type().Field(i).Name + ": ")
				write(b, field, true)
				b.WriteString(", ")
			}
		}
		b.WriteString("}")
	default:
		panic("rulegen: no literal for " + v.Type().String())
	}
}

// constants are the identifiers of enumerations, in order of their values.
var constants = map[string][]string{
	"Severity": {"SeverityUnknown", "Low", "Medium", "High", "Critical"},
	"Capability": {"CapabilityUnknown", "ReadUntrusted", "ReadPrivate", "ReadSecret", "WriteFiles", "WriteState", "Destroy", "Send",
		"Execute", "Spawn", "Configure", "Remember", "Decide", "Pay"},
	"Breadth":    {"BreadthUnknown", "One", "Project", "Service", "Machine", "Everything"},
	"ActionKind": {"ActionUnknown", "ActionAny", "ActionShell", "ActionRead", "ActionWrite", "ActionFetch", "ActionSearch", "ActionServer", "ActionSpawn", "ActionSkill", "ActionOther"},
	"Confidence": {"ConfidenceUnknown", "Guessed", "Inferred", "Declared"},
	"Lifetime":   {"LifetimeUnknown", "Expiring", "Federated", "Static"},
}
