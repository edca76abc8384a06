#compdef recnn-inspect recnn-check recnn-run
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
  _arguments '*:script:_files -g "*.lua"'
  ;;
esac
