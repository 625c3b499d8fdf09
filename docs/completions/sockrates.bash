# Completion of sockrates for bash.

_sockrates()
{
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command="${COMP_WORDS[1]} " words= options= files= value=
    ((COMP_CWORD > 2)) && command+=${COMP_WORDS[2]}
    case "$command|$before" in
        # bash: values
    esac
    if ((COMP_CWORD == 1)); then
        # bash: first words
        options='--help --version'
    elif [[ -z $value ]]; then
        case $command in
            # bash: commands
        esac
    fi
    [[ $current == -* && -z $value ]] && words="$words $options" files=
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ -z $files ]] && return
    local IFS=$'\n'
    compopt -o filenames
    COMPREPLY+=($(compgen -d -- "$current"))
    [[ $files == / ]] || COMPREPLY+=($(compgen -f -X "!$files" -- "$current"))
}

complete -F _sockrates sockrates
