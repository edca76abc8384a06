# Completion of recnn-inspect, recnn-check, recnn-run and recnn-data for bash: options, the names of
# models, plugins and whatever else recnn-inspect can show, and files.

# What is behind -p and --plugin-path on the line so far, as arguments again.
_recnn_folders() {
  local i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    -p | --plugins | --plugin-path) printf '%s\n' -p "${COMP_WORDS[i + 1]}" ;;
    esac
  done
}

_recnn() {
  local command=${COMP_WORDS[0]##*/} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local folders names options=
  COMPREPLY=()
  mapfile -t folders < <(_recnn_folders)
  case $command in
  recnn-inspect) options="--plugins --ops --system --list --users --items --conditions --features --set --json --man --version --help" ;;
  recnn-check) options="--plugin-path --reference --timeout --quiet --json --version --help" ;;
  recnn-run) options="--plugins --threads --plan --quiet --help --version" ;;
  recnn-data) options="--format --read --plugins --filter --ratio --leave-one-out --cut --given --group-by --order --seed --audit --to --mirror --sha256 --list --quiet --help --version" ;;
  esac
  case $before in
  -p | --plugins | --plugin-path)
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
    return
    ;;
  -r | --reference)
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
    ;;
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    return
  fi
  case $command in
  recnn-inspect) names=$(recnn-inspect "${folders[@]}" --list 2>/dev/null) ;;
  recnn-check)
    names="reference plugin list"
    if [[ " ${COMP_WORDS[*]} " == *" plugin "* ]]; then
      names=$(recnn-inspect "${folders[@]}" --list 2>/dev/null)
    fi
    ;;
  recnn-data)
    names=
    [[ $COMP_CWORD -gt 1 ]] || names="describe convert split fetch"
    [[ $before != fetch ]] || names=$(recnn-data fetch --list | sed -n 's/^\(ml-[^ ]*\).*/\1/p')
    ;;
  *) names= ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$names" -- "$word")
  if [[ $command != recnn-inspect ]]; then
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
  fi
}

complete -o filenames -F _recnn recnn-check recnn-run recnn-data
complete -F _recnn recnn-inspect
