/** What `udptool send` sends. `stdin`: lines that were asked for; `lines`: a pipe or a file is there, which is said aloud. */
export type Source = 'words' | 'prompt' | 'stdin' | 'lines' | 'probes'
