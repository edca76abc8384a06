#compdef recnn-inspect recnn-check recnn-run recnn-data
# Completion for zsh, as in recnn.bash.

_recnn_names() {
  local -a names folders
  local i
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
    -p | --plugins | --plugin-path) folders+=(-p $words[i+1]) ;;
    esac
  done
  names=(${(f)"$(recnn-inspect $folders --list 2>/dev/null)"})
  compadd -a names
}

_recnn_check_words() {
  if (( ${words[(I)plugin]} )); then
    _recnn_names
    _files -g '*.so'
  elif (( ${words[(I)reference]} )); then
    _files -g '*.safetensors'
  else
    compadd reference plugin list
  fi
}

case $service in
recnn-inspect)
  _arguments \
    '*'{-p,--plugins}'[look for plugins in a folder first]:folder:_files -/' \
    '--ops[show all ops]' '--system[show the CPU, BLAS and threads]' '--list[list all names]' \
    '--users[size for users]:users:' '--items[size for items]:items:' \
    '--conditions[size for conditions]:conditions:' '--features[size for features]:sizes:' \
    '*'{-s,--set}'[option of the model]:option=value:' \
    '--json[write JSON]' '--man[write a manual page]' '--version' '--help' \
    '1:name:_recnn_names'
  ;;
recnn-check)
  _arguments \
    '*'{-p,--plugin-path}'[look for plugins in a folder first]:folder:_files -/' \
    '*'{-r,--reference}'[recorded numbers]:file:_files -g "*.safetensors"' \
    '(-t --timeout)'{-t,--timeout}'[seconds for a check]:seconds:' \
    '(-q --quiet)'{-q,--quiet}'[failed rows only]' '--json[write JSON]' '--version' '--help' \
    '*:word:_recnn_check_words'
  ;;
recnn-run)
  _arguments \
    '*'{-p,--plugins}'[look for plugins in a folder first]:folder:_files -/' \
    '(-t --threads)'{-t,--threads}'[compute on so many threads]:threads:' \
    '--plan[print what memory it would take, train nothing]' '(-q --quiet)'{-q,--quiet}'[no progress display]' \
    '--version' '--help' '*:script:_files -g "*.lua"'
  ;;
recnn-data)
  _arguments \
    '(-f --format)'{-f,--format}'[the reader]:format:' '*'{-r,--read}'[option of the reader]:option=value:' \
    '*--filter[keep a part of the data]:option=value:' \
    '--ratio[shares of train, valid, test]:ratio:' '--leave-one-out[last for test]' '--cut[times]:times:' \
    '--given[parts of the data]' '--group-by[what is split]:group:(user none)' \
    '--order[the order]:order:(random time)' '--seed[seed]:seed:' '--audit[leaks]:policy:(off warn error)' \
    '(-o --to)'{-o,--to}'[folder]:folder:_files -/' '--mirror[another place]:url:' \
    '--sha256[expected]:sum:' '--list[names that are known]' '(-q --quiet)'{-q,--quiet}'[no bar]' \
    '--version' '--help' '1:verb:(describe convert split fetch)' '*:file:_files'
  ;;
esac
