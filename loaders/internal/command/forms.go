package command

import (
	"slices"
	"strings"
)

// A form is a program, or a program with its first words, whose arguments lead to other programs,
// packages or files. Knowledge says what programs do; the table below says how their arguments are read.
type form struct {
	names  []string // "npx", "npm exec"
	kind   kind
	values string // options that take a value
	skip   int    // words between the form and what it starts

	code   string // options whose value is program text
	module string // option whose value is a module to run
	source string // options whose value names the package to fetch instead of the first word
	with   string // options whose value names a further package
	local  string // options that forbid a download
	query  string // options with which it starts nothing
	exec   string // options behind which a command stands
	folder string // options whose value is the folder it works in
	tools  string // programs of the project that it starts by their name

	ecosystem string // of the packages that it fetches

	assigns bool // NAME=value words may stand before the command
	dashes  bool // the command stands behind "--"
	joined  bool // the words of the command are joined to shell text
	text    bool // the first word is program text
	loose   bool // the first word is a script only when it looks like a file
	slash   bool // options start with "/"
}

// A kind tells what a form makes of the words behind its options.
type kind uint8

const (
	plain   kind = iota // nothing: the form only tells which options take a value
	wrap                // starts the command, which is all that matters
	reach               // starts the command elsewhere: on a host, in a container
	fetch               // fetches a package and runs it
	install             // fetches packages
	image               // fetches an image and runs it
	module              // fetches a Go module when a version is given, else runs a folder or file
	remote              // runs a script that may be an address
	script              // interprets a file, program text, or what comes in
	shell               // the same, in the language of a shell
	windows             // cmd.exe and PowerShell: program text in another language of shells
)

// localTools are programs that a JavaScript project brings, of those that matter here.
const localTools = "tsx ts-node vite-node node prisma drizzle-kit supabase wrangler firebase vercel netlify playwright"

// forms are searched for the longest name that fits. They hold what the manuals of the programs say.
var forms = [...]form{
	// Programs that only start another one.
	{names: []string{"env"}, kind: wrap, assigns: true, values: "-u --unset -C --chdir -S --split-string", code: "-S --split-string", folder: "-C --chdir"},
	{names: []string{"sudo"}, kind: wrap, assigns: true, values: "-u --user -g --group -h --host -p --prompt -C --close-from -D --chdir -R --chroot -r --role -t --type -T --command-timeout -U --other-user", query: "-l --list -v --validate -k -K"},
	{names: []string{"doas"}, kind: wrap, values: "-u -C"},
	{names: []string{"timeout", "gtimeout"}, kind: wrap, skip: 1, values: "-k --kill-after -s --signal"},
	{names: []string{"nice"}, kind: wrap, values: "-n --adjustment"},
	{names: []string{"ionice"}, kind: wrap, values: "-c --class -n --classdata -p --pid"},
	{names: []string{"chrt", "taskset"}, kind: wrap, skip: 1},
	{names: []string{"stdbuf"}, kind: wrap, values: "-i --input -o --output -e --error"},
	{names: []string{"time"}, kind: wrap, values: "-f --format -o --output"},
	{names: []string{"nohup", "setsid", "builtin", "noglob", "nocorrect", "unbuffer", "caffeinate", "winpty", "fakeroot", "corepack", "busybox", "rtk"}, kind: wrap},
	{names: []string{"command"}, kind: wrap, query: "-v -V"},
	{names: []string{"exec"}, kind: wrap, values: "-a"},
	{names: []string{"xargs", "gxargs"}, kind: wrap, values: "-a --arg-file -d --delimiter -E -I -i -L --max-lines -n --max-args -P --max-procs -s --max-chars --process-slot-var"},
	{names: []string{"watch"}, kind: wrap, joined: true, values: "-n --interval -q --equexit"},
	{names: []string{"flock"}, kind: wrap, skip: 1, values: "-w --timeout -E --conflict-exit-code -c --command", code: "-c --command"},
	{names: []string{"su", "runuser"}, kind: wrap, joined: true, skip: 1 << 10, values: "-c --command -s --shell -g --group -w", code: "-c --command"},
	{names: []string{"script"}, kind: wrap, skip: 1 << 10, values: "-c --command -E -I -O -B", code: "-c --command"},
	{names: []string{"parallel"}, kind: wrap, joined: true, values: "-j --jobs -S --sshlogin -a --arg-file -I --colsep --delay --timeout"},
	{names: []string{"entr", "strace", "ltrace"}, kind: wrap, values: "-e -o -p -s -u"},
	{names: []string{"chroot"}, kind: wrap, skip: 1},
	{names: []string{"unshare", "nsenter", "firejail"}, kind: wrap, values: "-t --target -S -G"},
	{names: []string{"eval"}, kind: wrap, joined: true},
	{names: []string{"cross-env", "dotenvx run", "dotenv"}, kind: wrap, assigns: true, values: "-e -f --env-file"},
	{names: []string{"direnv exec"}, kind: wrap, skip: 1},
	{names: []string{"mise exec", "mise x", "asdf exec"}, kind: wrap, dashes: true, values: "-c --command -C --cd -j", code: "-c --command", folder: "-C --cd"},
	{names: []string{"op run", "doppler run", "infisical run", "aws-vault exec", "chamber exec", "railway run", "vercel env run"}, kind: wrap, dashes: true, values: "--env-file -p --project -c --config --env"},
	{names: []string{"devbox run"}, kind: wrap, values: "-c --config -e --env --env-file"},
	{names: []string{"nix develop", "nix shell"}, kind: wrap, skip: 1 << 10, values: "-c --command", exec: "-c --command"},
	{names: []string{"nix-shell"}, kind: wrap, skip: 1 << 10, values: "-p --packages --run --command -I -A", code: "--run --command"},
	{names: []string{"poetry run", "pdm run", "pipenv run", "rye run", "hatch run", "pixi run", "bundle exec", "rbenv exec", "pnpm exec", "yarn exec", "lerna exec"}, kind: wrap, values: "-C --directory -P --project --filter -F"},
	{names: []string{"conda run", "mamba run", "micromamba run"}, kind: wrap, values: "-n --name -p --prefix --cwd"},
	{names: []string{"uv run"}, kind: wrap, values: "--directory --project --with --with-editable --with-requirements --extra --no-extra --group --no-group --only-group --package -p --python --env-file --index --index-url --default-index -i --extra-index-url -f --find-links --cache-dir --config-file -m --module --refresh-package -P --upgrade-package --color",
		with: "--with", module: "-m --module", folder: "--directory --project", ecosystem: "pypi"},

	// Programs that fetch what they start.
	{names: []string{"npx", "pnpx", "npm exec", "npm x"}, kind: fetch, ecosystem: "npm", values: "-p --package -c --call -w --workspace --prefix --cache --registry --userconfig --loglevel --node-options -n --shell", source: "-p --package", code: "-c --call", local: "--no --no-install"},
	{names: []string{"pnpm dlx", "yarn dlx"}, kind: fetch, ecosystem: "npm", values: "-p --package -C --dir --filter --reporter --registry -c --shell-mode", source: "-p --package"},
	{names: []string{"bunx", "bun x"}, kind: fetch, ecosystem: "npm", values: "-p --package --cwd", source: "-p --package", local: "--no-install"},
	{names: []string{"uvx", "uv tool run"}, kind: fetch, ecosystem: "pypi", values: "--from --with --with-editable --with-requirements -p --python --index --index-url --default-index -i --extra-index-url -f --find-links --cache-dir --config-file --env-file --directory --project --refresh-package -P --upgrade-package -c --constraints --color", source: "--from", with: "--with"},
	{names: []string{"pipx run"}, kind: fetch, ecosystem: "pypi", values: "--spec --python --with --pip-args --index-url -i", source: "--spec", with: "--with"},
	{names: []string{"dnx", "dotnet dnx", "dotnet tool exec"}, kind: fetch, ecosystem: "nuget", values: "--source --add-source --configfile --framework --version"},
	{names: []string{"nix run"}, kind: fetch, ecosystem: "nix", values: "-I --inputs-from --override-input"},
	{names: []string{"go run"}, kind: module, values: "-C -mod -modfile -tags -ldflags -gcflags -exec -overlay -p -o -coverpkg", folder: "-C"},
	{names: []string{"deno run", "deno serve", "deno"}, kind: remote, values: "-c --config -L --log-level --import-map --cert -r --location --seed --ext --env-file --port --host", loose: true, ecosystem: "npm"},
	{names: []string{"deno eval"}, kind: script, text: true, values: "--ext"},
	{names: []string{"docker run", "podman run", "nerdctl run", "docker container run", "podman container run", "docker create", "podman create"}, kind: image,
		values: "-a --add-host --annotation --attach --blkio-weight --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --config --context -H --host -l -c --cpu-period --cpu-quota --cpu-shares --cpus --cpuset-cpus --cpuset-mems --detach-keys --device --device-cgroup-rule --dns --dns-option --dns-search --domainname --entrypoint -e --env --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries --health-start-period --health-timeout -h --hostname --ip --ip6 --ipc --isolation --label --label-file --link --log-driver --log-opt --log-level --mac-address -m --memory --memory-reservation --memory-swap --mount --name --net --network --net-alias --network-alias --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime --secret --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --tz --ulimit --user -u --userns --uts -v --volume --volume-driver --volumes-from -w --workdir --arch --authfile"},
	{names: []string{"npm install", "npm i", "npm add", "pnpm add", "pnpm install", "pnpm i", "yarn add", "yarn global add", "bun add", "bun install", "bun i"}, kind: install, ecosystem: "npm", values: "--prefix -w --workspace --registry --cache -C --dir --filter --cwd --loglevel --tag --omit --include"},
	{names: []string{"pip install", "pip3 install", "uv pip install", "uv add", "uv tool install", "pipx install", "poetry add", "pdm add"}, kind: install, ecosystem: "pypi", values: "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url --index -f --find-links --python -p --prefix --root --cache-dir --group -G --extra --optional --platform --with --directory --project --trusted-host"},
	{names: []string{"go install", "go get"}, kind: install, ecosystem: "go", values: "-C -mod -modfile -tags -ldflags -gcflags -overlay -p"},
	{names: []string{"cargo install", "cargo binstall"}, kind: install, ecosystem: "cargo", values: "--version --git --branch --tag --rev --path --root --index --registry --features -F --profile --target -j --jobs"},
	{names: []string{"gem install"}, kind: install, ecosystem: "gem", values: "-v --version -i --install-dir -n --bindir --source -s"},

	// Programs that start a command elsewhere.
	{names: []string{"docker exec", "podman exec", "nerdctl exec", "docker container exec", "docker compose exec", "docker compose run", "docker-compose exec", "docker-compose run"}, kind: reach, skip: 1, values: "-e --env --env-file -u --user -w --workdir --detach-keys -f --file -p --project-name --profile --project-directory --index -v --volume --name --entrypoint -H --host --context --config"},
	{names: []string{"kubectl exec", "oc exec"}, kind: reach, dashes: true, values: "-n --namespace -c --container --context --kubeconfig -f --filename --cluster --user -s --server"},
	{names: []string{"devcontainer exec"}, kind: reach, values: "--workspace-folder --container-id --id-label --config --override-config --remote-env --docker-path --docker-compose-path --mount-workspace-git-root --user-data-folder --log-level"},
	{names: []string{"ssh"}, kind: reach, skip: 1, joined: true, values: "-B -b -c -D -E -e -F -I -i -J -L -l -m -O -o -P -p -Q -R -S -W -w"},
	{names: []string{"wsl"}, kind: reach, values: "-d --distribution -u --user --cd"},

	// Interpreters.
	{names: []string{"bash", "sh", "zsh", "dash", "ksh", "ash", "fish", "csh", "tcsh"}, kind: shell, code: "-c --command", values: "-c --command -o -O +O +o --rcfile --init-file -C"},
	{names: []string{"source", "."}, kind: shell},
	{names: []string{"node", "nodejs", "tsx", "ts-node", "vite-node", "esr"}, kind: script, code: "-e --eval -p --print -pe", values: "-e --eval -p --print -pe -r --require --import --loader --experimental-loader --env-file --env-file-if-exists -C --conditions --title --input-type --tsconfig -P --project --watch-path --inspect-port --test-name-pattern --test-reporter", query: "--test --check"},
	{names: []string{"tsx watch"}, kind: script, values: "--tsconfig --include --exclude"},
	{names: []string{"bun", "bun run"}, kind: script, loose: true, tools: localTools, code: "-e --eval -p --print", values: "-e --eval -p --print -r --preload --cwd --env-file --config -c --filter -F --shell --elide-lines --tsconfig-override", folder: "--cwd"},
	{names: []string{"python", "pypy", "py", "pythonw"}, kind: script, code: "-c", module: "-m", values: "-c -m -W -X --check-hash-based-pycs"},
	{names: []string{"ruby", "perl", "lua", "luajit", "Rscript", "julia", "elixir", "raku", "groovy", "scala", "guile", "racket"}, kind: script, code: "-e -E --eval", values: "-e -E --eval -r -I -C -M -x"},
	{names: []string{"php"}, kind: script, code: "-r", values: "-r -d -c -f -S -t -z"},
	{names: []string{"osascript"}, kind: script, code: "-e", values: "-e -l -s"},
	{names: []string{"swift", "java", "kotlin", "dart", "dart run", "dotnet run", "dotnet script"}, kind: script, loose: true, values: "-cp -classpath --class-path -jar --project -c --configuration -f --framework"},
	{names: []string{"powershell", "pwsh"}, kind: windows, code: "-command -c -encodedcommand -enc -e -ec", values: "-file -f -executionpolicy -ep -ex -version -windowstyle -w -inputformat -outputformat -configurationname -workingdirectory -wd -settingsfile"},
	{names: []string{"cmd"}, kind: windows, slash: true, code: "/c /k /s/c", values: ""},
	{names: []string{"iex", "invoke-expression"}, kind: windows},

	// Programs that may start a command by an option, and options that take a value.
	{names: []string{"find", "gfind"}, exec: "-exec -execdir -ok -okdir"},
	{names: []string{"fd", "fdfind"}, exec: "-x --exec -X --exec-batch", values: "-e --extension -E --exclude -t --type -d --max-depth -S --size -c --color -j --threads"},
	{names: []string{"git"}, values: "-C -c --git-dir --work-tree --namespace --exec-path --super-prefix --config-env"},
	{names: []string{"gh"}, values: "-R --repo --hostname"},
	{names: []string{"glab"}, values: "-R --repo"},
	{names: []string{"docker", "podman", "nerdctl"}, values: "-H --host --context -c --config -l --log-level"},
	{names: []string{"docker compose", "docker-compose"}, values: "-f --file -p --project-name --profile --project-directory --env-file -H --host --context --config"},
	{names: []string{"kubectl", "oc"}, values: "-n --namespace --context --kubeconfig --cluster --user -s --server --token --as"},
	{names: []string{"helm"}, values: "-n --namespace --kube-context --kubeconfig"},
	{names: []string{"aws"}, values: "--profile --region --output --endpoint-url --query --ca-bundle --color"},
	{names: []string{"gcloud", "gsutil", "bq"}, values: "--project --account --configuration --format --verbosity -o --project_id --dataset_id --location"},
	{names: []string{"az"}, values: "--subscription -o --output --query"},
	{names: []string{"npm"}, values: "--prefix -w --workspace --cache --registry --userconfig --loglevel -C"},
	{names: []string{"pnpm"}, tools: localTools, values: "-C --dir --filter -F --reporter --loglevel"},
	{names: []string{"yarn"}, tools: localTools, values: "--cwd --cache-folder"},
	{names: []string{"uv"}, values: "--directory --project --cache-dir --config-file --color", folder: "--directory --project"},
	{names: []string{"cargo"}, values: "--manifest-path --config --color -Z -C"},
	{names: []string{"make", "gmake"}, values: "-C --directory -f --file --makefile -I --include-dir -o -W"},
	{names: []string{"just", "task"}, values: "-f --justfile --taskfile -d --working-directory --dir"},
	{names: []string{"flyctl", "fly", "heroku"}, values: "-a --app -c --config -r --remote"},
	{names: []string{"pulumi"}, values: "-s --stack -C --cwd"},
	{names: []string{"wrangler", "firebase", "vercel", "netlify", "supabase", "railway"}, values: "-c --config -e --env -P --project --token --scope -A --local-config --cwd --workdir --profile -s --service"},
	{names: []string{"mysql", "mariadb"}, values: "-h --host -u --user -P --port -D --database -S"},
	{names: []string{"psql"}, values: "-h --host -U --username -p --port -d --dbname -f --file -v --set -o --output"},
	{names: []string{"redis-cli", "valkey-cli"}, values: "-h -p -a -n -u --user --pass -s -r -i"},
	{names: []string{"systemctl"}, values: "-H --host -M --machine"},
	{names: []string{"curl"}, values: "-A --user-agent -b --cookie -c --cookie-jar -C --continue-at -d --data --data-raw --data-binary --data-urlencode --json -D --dump-header -e --referer -E --cert --key --cacert -F --form -H --header -K --config -m --max-time --connect-timeout -o --output -P -Q -r --range -T --upload-file -u --user -U -w --write-out -x --proxy -X --request -y -Y -z --retry --retry-delay --retry-max-time --resolve --connect-to --interface --limit-rate --max-redirs --unix-socket --url --output-dir -t"},
	{names: []string{"wget"}, values: "-O --output-document -o --output-file -a -P --directory-prefix -U --user-agent --header --post-data --post-file --body-data --body-file --method -T --timeout -t --tries --user --password --limit-rate -e -i --input-file -A -R -D -Q -w --wait --ca-certificate"},
	{names: []string{"scp", "sftp"}, values: "-c -D -F -i -J -l -o -P -S -X"},
	{names: []string{"rsync"}, values: "-e --rsh --exclude --include --exclude-from --include-from --files-from -f --filter --bwlimit --port --timeout --password-file --log-file -T --temp-dir --chmod --chown --rsync-path"},
	{names: []string{"nc", "ncat", "netcat", "telnet"}, values: "-e -c -g -i -I -O -p -P -q -s -T -V -w -X -x"},
}

// binaries are packages whose program has another name than the last part of theirs.
var binaries = [...]struct{ name, program string }{
	{"@anthropic-ai/claude-code", "claude"},
	{"@github/copilot", "copilot"},
	{"@google/gemini-cli", "gemini"},
	{"@qwen-code/qwen-code", "qwen"},
	{"@railway/cli", "railway"},
	{"@sourcegraph/amp", "amp"},
	{"aider-chat", "aider"},
	{"aws-cdk", "cdk"},
	{"firebase-tools", "firebase"},
	{"localtunnel", "lt"},
	{"netlify-cli", "netlify"},
	{"opencode-ai", "opencode"},
	{"typescript", "tsc"},
}

// downloaders print or store what an address holds.
var downloaders = [...]string{"curl", "wget", "iwr", "irm", "invoke-webrequest", "invoke-restmethod", "aria2c", "http", "https", "xh", "curlie", "wget2", "fetch"}

// callers name their network target as a bare word: "host", "user@host:path" or "host/path".
var callers = [...]string{"curl", "wget", "iwr", "irm", "invoke-webrequest", "invoke-restmethod", "http", "https", "xh", "ssh", "scp", "sftp", "rsync", "nc", "ncat", "netcat", "telnet", "ftp", "ping", "dig", "nslookup", "host"}

// silent programs succeed whatever happened before them.
var silent = [...]string{"true", ":", "echo", "printf", "tee"}

// systemFolders hold programs that come with the machine.
var systemFolders = [...]string{"/bin/", "/sbin/", "/usr/", "/opt/homebrew/", "/home/linuxbrew/", "/snap/bin/", "/nix/", "C:/Windows/", "C:/Program Files/"}

// keywords may stand before a command when a line of a longer program is taken by itself.
var keywords = [...]string{"do", "then", "else", "elif", "if", "while", "until", "!", "{", "(", "$"}

// findForm returns the form that fits a program and its arguments best, and the name under which it
// does; nil when the table has none.
func findForm(program string, args []word) (best *form, title string) {
	for i := range forms {
		f := &forms[i]
		for _, name := range f.names {
			first, rest, _ := strings.Cut(name, " ")
			if first != program || best != nil && len(name) <= len(title) {
				continue
			}
			if f.startsWith(args, strings.Fields(rest)) {
				best, title = f, name
			}
		}
	}
	return best, title
}

func (f *form) startsWith(args []word, sub []string) bool {
	if len(sub) == 0 {
		return true
	}
	words, _ := f.positional(args, len(sub))
	return len(words) == len(sub) && slices.EqualFunc(words, sub, func(w word, s string) bool { return w.constant() && w.text == s })
}

// positional returns the first limit words that are no options, and all options before their end.
func (f *form) positional(args []word, limit int) (words []word, options []option) {
	for i := 0; i < len(args) && len(words) < limit; {
		if args[i].text == "--" {
			words = append(words, args[i+1:min(len(args), i+1+limit-len(words))]...)
			break
		}
		if o, n := f.option(args[i:]); n > 0 {
			options = append(options, o...)
			i += n
			continue
		}
		words = append(words, args[i])
		i++
	}
	return words, options
}

// An option is one switch of a command line, with its value where it takes one.
type option struct {
	name  string
	value word
}

// split separates the options of the form from what it starts. The words of its name, depth behind
// the program, and those that it skips are left out.
func (f *form) split(args []word, depth int) (options []option, rest []word) {
	if f.dashes {
		end := slices.IndexFunc(args, func(w word) bool { return w.text == "--" })
		if end < 0 {
			_, options = f.positional(args, len(args))
			return options, nil
		}
		_, options = f.positional(args[:end], end)
		return options, args[end+1:]
	}
	left := depth + f.skip
	for i := 0; i < len(args); {
		if args[i].text == "--" {
			return options, args[min(len(args), i+1+left):]
		}
		if o, n := f.option(args[i:]); n > 0 {
			options = append(options, o...)
			i += n
			continue
		}
		switch {
		case left > 0:
			left--
		case f.assigns && assigns(args[i].text):
		default:
			return options, args[i:]
		}
		i++
	}
	return options, nil
}

// option reads the option at the start of args and returns how many words it takes; 0 when there is none.
func (f *form) option(args []word) ([]option, int) {
	if f == nil {
		f = &form{}
	}
	text := args[0].text
	if f.kind == windows {
		text = strings.ToLower(text)
	}
	lead := byte('-')
	if f.slash {
		lead = '/'
	}
	if len(text) < 2 || text[0] != lead && !(text[0] == '+' && listed(f.values, text)) {
		return nil, 0
	}
	following := func(name string) ([]option, int) {
		if len(args) > 1 {
			return []option{{name, args[1]}}, 2
		}
		return []option{{name: name}}, 1
	}
	if name, _, ok := strings.Cut(text, "="); ok && strings.HasPrefix(name, "--") {
		w := args[0]
		_, w.text, _ = strings.Cut(w.text, "=")
		return []option{{name, w}}, 1
	}
	if listed(f.values, text) {
		return following(text)
	}
	if text[0] != '-' || strings.HasPrefix(text, "--") || f.kind == windows || len(text) == 2 {
		return []option{{name: text}}, 1
	}
	// A cluster of letters: the first that takes a value has the rest of the word, or the next one.
	var options []option
	for i := 1; i < len(text); i++ {
		name := "-" + text[i:i+1]
		if !listed(f.values, name) {
			options = append(options, option{name: name})
			continue
		}
		if i+1 == len(text) {
			last, n := following(name)
			return append(options, last...), n
		}
		w := args[0]
		w.text = strings.TrimPrefix(text[i+1:], "=")
		return append(options, option{name, w}), 1
	}
	return options, 1
}

// listed reports whether a space-separated list holds a word.
func listed(list, s string) bool {
	for list != "" {
		var first string
		first, list, _ = strings.Cut(list, " ")
		if first == s {
			return true
		}
	}
	return false
}

// assigns reports whether a word has the shape NAME=value.
func assigns(s string) bool {
	name, _, ok := strings.Cut(s, "=")
	if !ok || name == "" || name[0] >= '0' && name[0] <= '9' {
		return false
	}
	return strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
