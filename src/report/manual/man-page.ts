import { MAIN_GROUP, type CommandOutline, type FlagOutline } from './outline.ts'

/** The input of a page besides its command. */
export interface ManPage {
  /** The program and all its commands. */
  readonly program: CommandOutline
  readonly version: string
  /** Day of the release, as 2026-11-23. */
  readonly date: string
}

/** The exit statuses of every command (docs/exit-codes.md). */
const EXIT_STATUS: readonly (readonly [status: string, meaning: string])[] = [
  ['0', 'done, and every expectation held'],
  ['1', 'an expectation failed; without expectations: no intact reply at all'],
  ['2', 'the command line or an input file is invalid'],
  ['3', 'it could not run'],
  ['130, 143', 'ended by SIGINT or SIGTERM; the results so far are printed'],
]

/** The manual page (man(7)) of a command. The file is named by `manName`, with the suffix `.1`. */
export function renderManPage(command: CommandOutline, { program, version, date }: ManPage): string {
  const name = manName(command)
  const related = new Set([program, ...program.commands, ...command.commands].map(manName))
  related.delete(name)
  const [notes = '', examples = ''] = command.after.split(/^Examples:\n/m)
  const groups = [...new Set(command.flags.map(flag => flag.group))]
  return `${[
    `.TH ${escaped(name.toUpperCase())} 1 ${escaped(date)} "${escaped(`${program.name} ${version}`)}" "User commands"`,
    '.SH NAME',
    `${escaped(name)} \\- ${escaped(command.about)}`,
    '.SH SYNOPSIS',
    `.B ${escaped(command.path)}`,
    escaped(command.usage),
    ...(command.commands.length === 0 ? [] : ['.SH COMMANDS', ...command.commands.flatMap(definition)]),
    ...(groups.length === 0 ? [] : ['.SH OPTIONS']),
    ...groups.flatMap(group => [
      ...(group === MAIN_GROUP ? [] : [`.SS ${escaped(group.replace(/:$/, ''))}`]),
      ...command.flags.filter(flag => flag.group === group).flatMap(definitionOfFlag),
    ]),
    ...section('NOTES', notes),
    ...section('EXAMPLES', examples),
    '.SH EXIT STATUS',
    ...EXIT_STATUS.flatMap(([status, meaning]) => ['.TP', `.B ${escaped(status)}`, escaped(meaning)]),
    '.SH SEE ALSO',
    [...related].map(one => `.BR ${escaped(one)} (1)`).join(' ,\n'),
  ].join('\n')}\n`
}

/** `udptool-send` for `udptool send`. */
export function manName({ path }: CommandOutline): string {
  return path.replaceAll(' ', '-')
}

/** A section with unfilled lines. */
function section(title: string, text: string): string[] {
  return text.trim() === '' ? [] : [`.SH ${title}`, '.nf', escaped(text.trimEnd().replaceAll(/^ {2}/gm, '')), '.fi']
}

function definition({ name, about }: CommandOutline): string[] {
  return ['.TP', `.B ${escaped(name)}`, escaped(about)]
}

function definitionOfFlag({ form, about }: FlagOutline): string[] {
  return ['.TP', `.B ${escaped(form)}`, escaped(about)]
}

/**
 * Escapes for roff(7). A backslash begins an escape, a dot or an apostrophe at the start of a line begins a request, and a bare minus may
 * be typeset as a hyphen. Characters beyond ASCII are named by code point (groff_char(7)), so that the page needs no encoding.
 */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&')
    .replaceAll(/[^\0-\x7f]/gu, character => `\\[u${codePoint(character)}]`)
}

/** At least four hexadecimal digits. */
function codePoint(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
}
