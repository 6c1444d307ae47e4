/**
 * What a CI reads in a log as an instruction to itself: at the start of a line `::name …::` (GitHub Actions, Gitea, Forgejo: spaces before it
 * do not count), anywhere `##[…]` (GitHub Actions, Azure Pipelines), `##vso[…]` (Azure Pipelines), `##teamcity[…]` (TeamCity), `section_start:…`
 * (GitLab) and `travis_fold:…`.
 */
const AT_START = /^((?:[^\S\n]|\p{Cc}\[[\d;]*m)*):(?=:[\w-]+(?:[^\S\n][^\n]*)?::)/gmu
const ANYWHERE = /#(?=#\w*\[)|(?<=section)_(?=(?:start|end):\d+:)|(?<=travis)_(?=fold:|time:)/gu

/** A text in which no line is such an instruction: a character of it stands as `\xNN`. `inLine`: it goes on with a line that was begun. */
export function withoutLogCommands(text: string, inLine = false): string {
  const cut = inLine ? text.indexOf('\n') + 1 : 0
  const begun = inLine && cut === 0 ? text : text.slice(0, cut)
  const lines = inLine && cut === 0 ? '' : text.slice(cut)
  return (begun + lines.replace(AT_START, String.raw`$1\x3a`)).replace(
    ANYWHERE,
    character => `\\x${character.charCodeAt(0).toString(16)}`,
  )
}

/** The same of JSON text, which stays the same document: there no line begins with a text. */
export function jsonWithoutLogCommands(json: string): string {
  return json.replace(ANYWHERE, character => `\\u00${character.charCodeAt(0).toString(16)}`)
}
