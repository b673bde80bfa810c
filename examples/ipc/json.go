package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// jsonLines writes a record as one line of JSON, which every language reads. JSON has its newlines
// escaped, so that lines delimit it; it carries text, not any bytes.
var jsonLines = codec{
	name: "json",
	encoder: func(w io.Writer) func(record) error {
		return func(rec record) error {
			if !utf8.ValidString(rec.Text) { // Marshal would replace what is not UTF-8
				return fmt.Errorf("%w text for JSON: not UTF-8", errMalformed)
			}
			line, err := json.Marshal(rec)
			if err != nil {
				return err
			}
			return writeLine(w, line)
		}
	},
	decoder: func(r io.Reader) func() (record, error) {
		next := lineReader(r)
		return func() (rec record, err error) {
			line, err := next()
			if err != nil {
				return record{}, err
			}
			if err := json.Unmarshal(line, &rec); err != nil {
				return record{}, fmt.Errorf("%w JSON: %v", errMalformed, err)
			}
			return rec, nil
		}
	},
	tooLong: func() []byte { return bytes.Repeat([]byte("["), maxMessage+1) },
	spoilt:  []byte("{\"Seq\": \"three\"}\n"),
}
