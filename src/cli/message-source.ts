/** The input of `udptool send`. `stdin`: lines by --stdin. `lines`: stdin is a pipe or a file, which is reported on stderr. */
export type Source = 'words' | 'prompt' | 'stdin' | 'lines' | 'probes'
