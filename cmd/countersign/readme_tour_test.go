package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestREADMETours runs every command of the README's tours as a shell does, each
// section in a folder of its own and with what its blocks export: what people read
// is what works. A line that ends in "# refused: WORDS" is refused, with these words.
func TestREADMETours(t *testing.T) {
	if testing.Short() {
		t.Skip("plays the tours: run without -short")
	}
	t.Parallel()
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	for _, heading := range []string{"A tour for each kind of user", "To start with your own people"} {
		t.Run(heading, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.Symlink(program(t), filepath.Join(dir, "countersign")); err != nil {
				t.Fatal(err)
			}
			ownPeople(t, dir)
			text := section(t, string(raw), heading)
			if heading == "A tour for each kind of user" { // the everyday acts go on with its database
				text += section(t, string(raw), "Everyday acts")
			}
			if n := playTour(t, dir, text); n < 10 {
				t.Errorf("only %d commands were found", n)
			}
		})
	}
}

// section is the text under a heading of the README, up to the next.
func section(t *testing.T, text, heading string) string {
	t.Helper()
	_, after, found := strings.Cut(text, "\n## "+heading+"\n")
	if !found {
		t.Fatalf("the README has no section %q", heading)
	}
	part, _, _ := strings.Cut(after, "\n## ")
	return part
}

// ownPeople lays the files down that the commands about one's own people name.
func ownPeople(t *testing.T, dir string) {
	t.Helper()
	files := map[string]string{"staff.csv": "email,employee_name,role,supervisor,department,team\n" +
		"lea@acme.example,Lea Sommer,Support agent,ana@acme.example,Support,Nights\n" +
		"kim@acme.example,Kim Ode,Engineer,ana@acme.example,Engineering Team,Core\n"}
	for name, example := range map[string]string{"users.csv": "entra-users.csv", "groups.csv": "entra-groups.csv", "sales.csv": "entra-members.csv"} {
		raw, err := os.ReadFile(filepath.Join("..", "..", "store", "ingest", "testdata", "directory", example))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(raw)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// playTour runs the commands of the fenced blocks of text in dir and counts them.
func playTour(t *testing.T, dir, text string) (n int) {
	t.Helper()
	env := []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TERM=dumb", "GORACE=" + os.Getenv("GORACE")}
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for _, line := range strings.Split(strings.ReplaceAll(block[1], "\\\n", " "), "\n") {
			line = strings.ReplaceAll(line, "/tmp/", dir+"/")
			if set, is := strings.CutPrefix(line, "export "); is {
				env = append(env, set)
				continue
			}
			if !strings.HasPrefix(line, "./countersign ") {
				if line != "" && !strings.HasPrefix(line, "go build ") {
					t.Errorf("a tour has a line of another kind: %s", line)
				}
				continue
			}
			n++
			_, refused, _ := strings.Cut(line, "# refused: ")
			cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
			cmd.Dir, cmd.Env = dir, env
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			switch {
			case err != nil && !errors.As(err, &exit):
				t.Fatal(err)
			case refused == "" && err != nil:
				t.Errorf("%s\n%s", line, out)
			case refused != "" && (err == nil || !strings.Contains(string(out), refused)):
				t.Errorf("%s\nis not refused with these words:\n%s", line, out)
			}
		}
	}
	return n
}
