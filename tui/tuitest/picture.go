package tuitest

import (
	"os"
	"path/filepath"
)

// Picture holds the screen, drawn as a picture, against ../pictures/NAME.svg: those
// the README shows. With -update it writes the file.
func (d *Driver) Picture(name string) {
	d.t.Helper()
	d.PictureIn(filepath.Join("..", "pictures"), name)
}

// PictureIn is Picture for a test that stands elsewhere: dir is where the pictures are.
func (d *Driver) PictureIn(dir, name string) {
	d.t.Helper()
	path, got := filepath.Join(dir, name+".svg"), SVG(d.FrameStyled(), d.w, d.h)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatalf("%v; run the test with -update to make it", err)
	}
	if string(want) != got {
		d.t.Errorf("%s shows another screen than this; run the test with -update", path)
	}
}
