import { everyCommand, spellings, takesFile, type CommandOutline, type FlagOutline } from '../outline.ts'
import { commandCases, single } from './words.ts'

/** A completion script for bash 3.2 and newer, for commands, flags and values: `source <(udptool completion bash)`. */
export function bashCompletion(program: CommandOutline): string {
  const { name } = program
  const runners = everyCommand(program).filter(({ operands }) => operands === 'command')
  return `# Completion of ${name} for bash: source <(${name} completion bash)
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local at= words= word= last= prefix= valued= i
  # --flag=value is one word, or three where bash breaks words at =.
  if [[ $current == = ]]; then
    current= valued=1
  elif [[ $before == = ]]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]} valued=1
  elif [[ $current == --*=* ]]; then
    before=\${current%%=*} prefix=\${current%%=*}= current=\${current#*=} valued=1
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$at $word" in
${[commandCases(program, path => `at=${single(path)} ;;`, '      '), ...runners.map(command => runnerCase(program, command))].join('\n')}
    esac
    last=$word
  done
  case "$at" in
${everyCommand(program)
  .map(command => branch(program, command))
  .join('\n')}
  esac
  [[ -n $valued ]] || COMPREPLY=($(compgen -W "$words" -- "$current"))
}
${runners.length === 0 ? '' : runnerFunction(name)}complete -o default -F _${name} ${name}
`
}

/** After its own flags the command runs another command, whose words we do not know. */
function runnerCase(program: CommandOutline, command: CommandOutline): string {
  const at = command.path.slice(program.name.length).trim()
  const valued = command.flags.filter(({ value }) => value !== undefined).flatMap(spellings)
  return `      ${single(`${at} --`)}) _${program.name}_command $((i + 1)); return ;;
      ${single(`${at} -`)}* | ${single(`${at} =`)}) ;;
      ${single(`${at} `)}*)
        case "$last" in ${[...valued, '='].join(' | ')}) ;; *) _${program.name}_command "$i"; return ;; esac ;;`
}

/** Completes the remaining words as a separate command line. Without bash-completion, only the name of the command and files. */
function runnerFunction(name: string): string {
  return `_${name}_command() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif (($1 == COMP_CWORD)); then
    COMPREPLY=($(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}"))
  fi
}
`
}

function branch(program: CommandOutline, command: CommandOutline): string {
  const at = command.path.slice(program.name.length).trim()
  const operands = typeof command.operands === 'object' ? command.operands : []
  const words = [...command.commands.map(one => one.name), ...operands, ...command.flags.flatMap(spellings)]
  const cases = valueCases(command.flags.filter(({ value }) => value !== undefined))
  const choose = cases.length === 0 ? [] : ['      case "$before" in', ...cases, '      esac']
  const run =
    command.operands === 'command'
      ? [`      [[ -n $valued || $current == -* ]] || { _${program.name}_command "$COMP_CWORD"; return; }`]
      : []
  return [`    ${single(at)})`, ...choose, ...run, `      words=${single(words.join(' '))}`, '      ;;'].join('\n')
}

/** Completes the value of a flag: its choices, or a file (bash completes files if nothing is offered), or nothing. */
function valueCases(flags: readonly FlagOutline[]): string[] {
  const file = flags.filter(takesFile)
  const word = flags.filter(flag => !takesFile(flag) && flag.choices.length > 0)
  const unknown = flags.filter(flag => !takesFile(flag) && flag.choices.length === 0)
  return [
    ...word.flatMap(one =>
      when([one], `COMPREPLY=($(compgen -P "$prefix" -W ${single(one.choices.join(' '))} -- "$current")) && return`),
    ),
    ...when(file, 'COMPREPLY=() && return'),
    // Bash 3.2, the version of macOS, has no compopt and offers files.
    ...when(unknown, 'compopt +o default 2>/dev/null; COMPREPLY=() && return'),
  ]
}

function when(flags: readonly FlagOutline[], then: string): string[] {
  return flags.length === 0 ? [] : [`        ${flags.flatMap(spellings).join(' | ')}) ${then} ;;`]
}
