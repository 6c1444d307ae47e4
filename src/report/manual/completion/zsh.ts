import { everyCommand, takesFile, type CommandOutline, type FlagOutline } from '../outline.ts'
import { single } from './words.ts'

/** A completion script for zsh, for commands, flags and values: `source <(udptool completion zsh)`, or a file `_udptool` in fpath. */
export function zshCompletion(program: CommandOutline): string {
  const { name } = program
  return `#compdef ${name}
# Completion of ${name} for zsh: source <(${name} completion zsh)
${everyCommand(program)
  .toReversed()
  .map(command => commandFunction(program, command))
  .join('\n')}
${childFunction(program)}
if [[ "\${funcstack[1]}" == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`
}

function commandFunction(program: CommandOutline, command: CommandOutline): string {
  const flags = command.flags.flatMap(specs).map(single)
  const below = command.commands.length > 0
  const rest = below ? [single('1: :->command'), single('*:: :->rest')] : operandSpecs(program, command).map(single)
  // -S: a word after -- is not a flag.
  const lines = [
    `  _arguments -C ${command.operands === 'command' ? '-S ' : ''}${[...flags, ...rest].join(' \\\n    ')}`,
  ]
  if (below) lines.push(...subcommands(command))
  return `${functionName(command.path)}() {
  local context state state_descr line
  typeset -A opt_args
${lines.join('\n')}
}`
}

/** Completes the words of the command that is run. _arguments keeps the -- before them. */
function childFunction({ name }: CommandOutline): string {
  return `_${name}_child() {
  if [[ $words[1] == -- ]]; then
    shift words
    ((CURRENT--))
  fi
  _normal
}`
}

/** What to complete where no flag is: files, words, or a command with its own words. */
function operandSpecs(program: CommandOutline, { operands }: CommandOutline): readonly string[] {
  if (operands === undefined) return ['*: :_files']
  return operands === 'command'
    ? ['(-)1: :_command_names -e', `*:: :_${program.name}_child`]
    : [`*: :(${operands.join(' ')})`]
}

function subcommands({ commands }: CommandOutline): string[] {
  return [
    '  case $state in',
    '    command)',
    '      local -a commands=(',
    ...commands.map(one => `        ${single(`${one.name}:${one.about.replaceAll(':', String.raw`\:`)}`)}`),
    '      )',
    '      _describe command commands ;;',
    '    rest)',
    '      case $words[1] in',
    ...commands.map(one => `        ${one.name}) ${functionName(one.path)} ;;`),
    '      esac ;;',
    '  esac',
  ]
}

function functionName(path: string): string {
  return `_${path.replaceAll(/[ -]/g, '_')}`
}

/** One spec per spelling of the flag. Each excludes the other. */
function specs(flag: FlagOutline): string[] {
  const { long, short, value, about, choices, repeatable } = flag
  const offers = takesFile(flag) ? '_files' : choices.length > 0 ? `(${choices.join(' ')})` : ' '
  const isOptional = flag.form.endsWith(']')
  const takes = value === undefined ? '' : `${isOptional ? ':' : ''}:${value}:${offers}`
  // The value follows = or is the next word. An optional value can only follow =.
  const equals = value === undefined ? '' : isOptional ? '=-' : '='
  const both = short === undefined ? '' : `(${short} ${long})`
  const says = `[${about.replaceAll(/[[\]\\:]/g, String.raw`\$&`)}]${takes}`
  if (repeatable) return [`*${long}${equals}${says}`]
  return short === undefined
    ? [`${long}${equals}${says}`]
    : [`${both}${short}${says}`, `${both}${long}${equals}${says}`]
}
