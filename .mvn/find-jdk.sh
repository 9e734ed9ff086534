# The choice of the JDK, for ./mvnw and for the launcher: sets and exports JAVA_HOME. To be sourced, not run.
#
# The first JDK of at least Java 25 wins: JAVA_HOME, the java on the PATH, then the folders in which Linux distributions,
# macOS, Homebrew, SDKMAN, asdf, mise, Gradle and IntelliJ keep theirs. jdk_tool names the program it must contain:
# "javac" to build, "java" (a bare runtime is enough) to run. No JVM is started to find out, so that it costs nothing.

jdk_minimum=25

# Succeeds if $1 is the home of a JDK that will do. Its `release` file tells the version; a folder without one is no JDK
# that we could judge, and is passed over.
jdk_fits() {
    [ -x "$1/bin/${jdk_tool:-java}" ] && [ -r "$1/release" ] || return 1
    jdk_version=
    while IFS='="' read -r jdk_key _ jdk_value _; do
        [ "$jdk_key" = JAVA_VERSION ] && jdk_version=${jdk_value%%[!0-9]*}
    done < "$1/release"
    [ "${jdk_version:-0}" -ge "$jdk_minimum" ]
}

# Prints the home that the java on the PATH belongs to, its symbolic links followed.
jdk_on_path() {
    jdk_file=$(command -v java) || return 0
    while [ -L "$jdk_file" ]; do
        jdk_link=$(readlink "$jdk_file")
        case $jdk_link in
            /*) jdk_file=$jdk_link ;;
            *) jdk_file=${jdk_file%/*}/$jdk_link ;;
        esac
    done
    (CDPATH='' cd -P -- "${jdk_file%/*}/.." 2>/dev/null && pwd)
}

jdk_find() {
    for jdk_home in "${JAVA_HOME:-}" "$(jdk_on_path)" \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.asdf/installs/java/* "$HOME"/.local/share/mise/installs/java/* \
        "$HOME"/.jdks/* "$HOME"/.jdks/*/Contents/Home "$HOME"/.gradle/jdks/* "$HOME"/.gradle/jdks/*/Contents/Home; do
        if jdk_fits "$jdk_home"; then
            JAVA_HOME=$jdk_home
            export JAVA_HOME
            return 0
        fi
    done
    echo "Mini Redis needs Java $jdk_minimum or later, and none was found. Install one (any vendor's JDK will do) or set" \
        "JAVA_HOME to its folder." >&2
    exit 1
}

: "${HOME:=/nonexistent}"
jdk_find
