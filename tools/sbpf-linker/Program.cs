using DePin.Sdk.Tools.SbpfLinker;

return CommandLine.Run(args, Console.Out, Console.Error);
