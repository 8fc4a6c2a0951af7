package gitfs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// maxObject is how much of an object is read; no configuration file comes near.
const maxObject = 16 << 20 // bytes

// objects asks one running git for objects, one at a time.
type objects struct {
	start func() *exec.Cmd

	mu   sync.Mutex
	git  *exec.Cmd // nil when none runs
	ask  io.WriteCloser
	tell *bufio.Reader
}

// An object is what git keeps under an id.
type object struct {
	id   string
	kind string // "blob", "tree", "commit", "tag"
	size int64
	data []byte // the first maxObject bytes
}

// read returns the object of a name without a line end.
func (o *objects) read(name string) (object, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.git == nil {
		if err := o.run(); err != nil {
			return object{}, err
		}
	}
	found, err := o.exchange(name)
	if err != nil || found.size > maxObject { // what follows on the pipe is not worth reading
		o.stop()
	}
	if found.kind == "missing" {
		return object{}, fmt.Errorf("git has no object %s: the clone is partial or broken", name)
	}
	return found, err
}

func (o *objects) run() error {
	git := o.start()
	ask, err := git.StdinPipe()
	if err != nil {
		return err
	}
	tell, err := git.StdoutPipe()
	if err != nil {
		return err
	}
	if err := git.Start(); err != nil {
		return err
	}
	o.git, o.ask, o.tell = git, ask, bufio.NewReaderSize(tell, 1<<16)
	return nil
}

func (o *objects) exchange(name string) (object, error) {
	if _, err := io.WriteString(o.ask, name+"\n"); err != nil {
		return object{}, err
	}
	header, err := o.tell.ReadString('\n')
	if err != nil {
		return object{}, fmt.Errorf("git ended early: %w", err)
	}
	words := strings.Fields(header)
	if len(words) == 2 && words[1] == "missing" {
		return object{kind: "missing"}, nil
	}
	if len(words) != 3 {
		return object{}, errors.New("git answers in a way that is not understood")
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil || size < 0 {
		return object{}, errors.New("git answers in a way that is not understood")
	}
	found := object{id: words[0], kind: words[1], size: size, data: make([]byte, min(size, maxObject))}
	if _, err := io.ReadFull(o.tell, found.data); err != nil {
		return object{}, fmt.Errorf("git ended early: %w", err)
	}
	if size <= maxObject {
		_, err = o.tell.Discard(1) // the line end behind it
	}
	return found, err
}

func (o *objects) stop() {
	if o.git == nil {
		return
	}
	o.ask.Close()
	o.git.Process.Kill()
	o.git.Wait() // says only that it was killed
	o.git = nil
}

// catFile returns the objects of the repository.
func (r *Repository) catFile(ctx context.Context) *objects {
	return &objects{start: func() *exec.Cmd { return r.command(ctx, "cat-file", "--batch") }}
}
