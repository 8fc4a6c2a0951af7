package node

import (
	"bytes"
	"strings"

	"github.com/leastagency/leastagency"
)

// ParseMarkdown reads the YAML front matter of a Markdown file, if it has any, and tells where the
// body is. Front matter that is not quite YAML, such as a description with a colon in it, is read
// line by line, as the products do that read these files.
func ParseMarkdown(f *leastagency.File) (*Document, []*leastagency.Problem) {
	s := open(f)
	doc := &Document{Body: s.span(0, len(s.text))}
	start, end, body := frontMatter(s.text)
	if start < 0 {
		return doc, s.sorted()
	}
	if end < 0 {
		s.report(leastagency.ProblemSyntax, 0, len("---"), "front matter is not closed by a line ---: the file is read without it")
		return doc, s.sorted()
	}
	docs, failed := s.yaml(start, end)
	switch {
	case failed != nil:
		root, rough := s.lenient(start, end)
		if root == nil {
			return doc, s.sorted() // prose between two rules
		}
		if rough != nil {
			failed.start, failed.end = rough.At.Start-s.base, max(rough.At.End, rough.Value.At.End)-s.base
		}
		s.report(leastagency.ProblemSyntax, failed.start, failed.end, "front matter is not YAML: %s; strict readers ignore it", failed.text)
		doc.Root = root
	case len(docs) > 0:
		if docs[0].Root != nil && docs[0].Root.Kind != Map {
			return doc, s.sorted()
		}
		doc.Root, doc.Comments = docs[0].Root, docs[0].Comments
	}
	doc.Body = s.span(body, len(s.text))
	return doc, s.sorted()
}

// frontMatter returns the range between the two fences and where the body starts: start is -1
// without a first fence, end is -1 without a second.
func frontMatter(text []byte) (start, end, body int) {
	line, next := cutLine(text, 0)
	if !isFence(line) || next == len(text) {
		return -1, -1, 0
	}
	start = next
	for i := start; i < len(text); i = next {
		if line, next = cutLine(text, i); isFence(line) {
			return start, i, next
		}
	}
	return start, -1, 0
}

func isFence(line []byte) bool { return string(bytes.TrimRight(line, " \t")) == "---" }

// cutLine returns the line at i without its end, and where the next one starts.
func cutLine(text []byte, i int) (line []byte, next int) {
	n := bytes.IndexByte(text[i:], '\n')
	if n < 0 {
		return text[i:], len(text)
	}
	return bytes.TrimSuffix(text[i:i+n], []byte{'\r'}), i + n + 1
}

// lenient reads "key: value" lines at column 0, each with the lines up to the next such line. What
// is YAML by itself is read as YAML; of the rest the text is taken as it stands. It returns nil when
// there is no such line, and the first member that is not YAML.
func (s *source) lenient(start, end int) (root *Node, rough *Member) {
	root = &Node{Kind: Map, At: s.span(start, start)}
	for i := start; i < end; {
		line, next := cutLine(s.text[:end], i)
		colon := keyEnd(line)
		if colon < 0 {
			i = next
			continue
		}
		until := next
		for until < end {
			line, after := cutLine(s.text[:end], until)
			if keyEnd(line) >= 0 {
				break
			}
			until = after
		}
		if len(root.Members) == maxRough {
			s.limit(i, i+colon, "more than %d keys: not read from here on", maxRough)
			break
		}
		m, ok := s.entry(i, i+colon, until)
		if !ok && rough == nil {
			rough = &m
		}
		if len(root.Members) == 0 {
			root.At.Start = m.At.Start
		}
		root.At.End = max(m.At.End, m.Value.At.End)
		root.Members = append(root.Members, m)
		i = until
	}
	if len(root.Members) == 0 {
		return nil, nil
	}
	return root, rough
}

// keyEnd returns the length of the plain key at the start of a line, when a colon follows; else -1.
func keyEnd(line []byte) int {
	i := 0
	for i < len(line) && (line[i] == '_' || line[i] == '-' || line[i] == '.' || line[i]|0x20 >= 'a' && line[i]|0x20 <= 'z' || i > 0 && line[i] >= '0' && line[i] <= '9') {
		i++
	}
	if i == 0 || line[0] == '-' || i == len(line) || line[i] != ':' || i+1 < len(line) && line[i+1] != ' ' && line[i+1] != '\t' {
		return -1
	}
	return i
}

// entry reads one key at start with its value, which ends before end, and tells whether that is YAML.
func (s *source) entry(start, colon, end int) (m Member, ok bool) {
	known := len(s.problems)
	if docs, failed := s.yaml(start, end); failed == nil && len(docs) == 1 && docs[0].Root.Is(Map) && len(docs[0].Root.Members) == 1 {
		return docs[0].Root.Members[0], true
	}
	s.problems = s.problems[:known]
	m = Member{Key: string(s.text[start:colon]), At: s.span(start, colon)}
	from, to := s.trim(colon+1, end)
	if items := s.items(from, to); items != nil {
		m.Value = &Node{Kind: List, At: s.span(from, to), Items: items}
		return m, false
	}
	m.Value = s.rough(from, to)
	return m, false
}

// items reads "- text" lines; nil when there is a line of another kind.
func (s *source) items(start, end int) []*Node {
	var items []*Node
	for i := start; i < end; {
		line, next := cutLine(s.text[:end], i)
		from, to := s.trim(i, i+len(line))
		if from < to {
			if s.text[from] != '-' || from+1 < to && s.text[from+1] != ' ' {
				return nil
			}
			items = append(items, s.rough(s.trim(from+1, to)))
		}
		i = next
	}
	return items
}

// rough returns a text as it stands, without the quotes around it, its lines joined by a space.
func (s *source) rough(start, end int) *Node {
	quotes := 0
	if end-start >= 2 && (s.text[start] == '"' || s.text[start] == '\'') && s.text[end-1] == s.text[start] {
		quotes = 1
	}
	var lines [][]byte
	for i := start + quotes; i < end-quotes; {
		line, next := cutLine(s.text[:end-quotes], i)
		lines = append(lines, bytes.TrimSpace(line))
		i = next
	}
	if start == end {
		return &Node{Kind: Null, At: s.span(start, end), Raw: true}
	}
	text := string(bytes.Join(lines, []byte(" ")))
	if len(lines) == 1 {
		text = string(s.text[start+quotes : end-quotes])
	}
	n := s.scalar(String, text, start, end, quotes)
	n.Text = strings.ReplaceAll(n.Text, standIn, "\ufeff")
	return n
}

// trim returns the range without white space at its ends.
func (s *source) trim(start, end int) (int, int) {
	trimmed := bytes.TrimLeft(s.text[start:end], " \t\r\n")
	start = end - len(trimmed)
	return start, start + len(bytes.TrimRight(trimmed, " \t\r\n"))
}
