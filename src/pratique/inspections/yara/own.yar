// Pratique's own YARA-X rules: mechanisms that bytes show and that models, data sets and packages have no use for.
// Each is written from the structure of what it finds, not from a sample.

rule upx_packed {
  meta:
    severity = "MEDIUM"
    confidence = "HIGH"
    description = "an executable packed with UPX: its code cannot be read before it runs"
    reference = "UPX, src/conf.h (UPX_MAGIC_LE32) and section names"
  strings:
    $magic = "UPX!"
    $first = "UPX0"
    $second = "UPX1"
  condition:
    (uint32(0) == 0x464c457f and $magic in (0..4096)) or (uint16(0) == 0x5a4d and $first in (0..4096) and $second in (0..4096))
}

rule encoded_windows_executable {
  meta:
    severity = "HIGH"
    confidence = "MEDIUM"
    description = "a Windows executable encoded in base64"
    reference = "Microsoft PE format: the DOS stub's text, in the three alignments of base64"
  strings:
    $stub = "This program cannot be run in DOS mode" base64
  condition:
    $stub
}

rule encoded_linux_executable {
  meta:
    severity = "HIGH"
    confidence = "MEDIUM"
    description = "a 64-bit ELF executable or library encoded in base64"
    reference = "System V ABI, ELF header: class 2, data 1, version 1, and a type of 2 or 3"
  strings:
    $exec = /f0VMRgIBAQ[AM]AAAAAAAAAAA[AgDM]/
  condition:
    $exec
}

rule mining_pool {
  meta:
    severity = "HIGH"
    confidence = "MEDIUM"
    description = "the address of a mining pool with a wallet"
    reference = "Stratum mining protocol"
  strings:
    $scheme = /stratum\+(tcp|ssl|udp):\/\/[A-Za-z0-9.-]{4,64}:[0-9]{2,5}/
    $login = /"(login|user|wallet)"\s*:\s*"[A-Za-z0-9.]{30,128}"/
    $donate = "donate-level"
  condition:
    $scheme and any of ($login, $donate)
}

rule php_webshell {
  meta:
    severity = "HIGH"
    confidence = "HIGH"
    description = "PHP that executes what a request brings"
    reference = "CWE-94"
  strings:
    $run = /<\?(php|=)[^?]{0,400}\b(eval|assert|system|passthru|shell_exec)\s*\(\s*(base64_decode\s*\(\s*)?\$_(GET|POST|REQUEST|COOKIE)\b/
  condition:
    $run
}
